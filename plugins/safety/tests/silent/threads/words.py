def queue(thread, timer):
    future = thread + timer
    return future
