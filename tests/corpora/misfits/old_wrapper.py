from prism import hookimpl


@hookimpl(hookwrapper=True)
def prism_check_file(file, project):
    yield
