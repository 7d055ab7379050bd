def process(system, run):
    fork = system + 1
    return run(fork)
