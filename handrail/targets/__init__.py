"""What a step reaches: the cluster, account, host or database that its programs would take, read from where they read.

No program is run for it: a configuration is read as a file, so that looking costs nothing and changes nothing.
"""
