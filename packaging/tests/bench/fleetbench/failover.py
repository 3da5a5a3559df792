"""failover"""


def run(kit, options):
    return {}
