"""idle"""


def run(kit, options):
    return {}
