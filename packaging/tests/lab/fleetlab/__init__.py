"""The laboratory: a fleet of real kernels on a real NFSv4.1 mount on one machine, faults, and an independent judge."""
