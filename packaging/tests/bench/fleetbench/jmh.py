"""jmh"""


def run(kit, options):
    return {}
