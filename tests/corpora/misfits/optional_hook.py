from prism import hookimpl


@hookimpl(optionalhook=True)
def prism_chek_file(file):
    return []
