"""fire"""


def run(kit, options):
    return {}
