"""What runs in the processes that are measured: ours, and one harness for each language of the peers."""
