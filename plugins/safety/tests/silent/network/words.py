def connect(nodes, request):
    socket = nodes[0]
    return socket + request.get("port", 0)
