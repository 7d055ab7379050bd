from prism import hookimpl


@hookimpl
def prism_chek_file(file):
    return []
