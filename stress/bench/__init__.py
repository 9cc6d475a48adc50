"""The benchmark: workloads, peers and our own engines, results compared before times are shown."""
