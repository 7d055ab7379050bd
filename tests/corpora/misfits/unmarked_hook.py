def prism_check_file(file):
    return []
