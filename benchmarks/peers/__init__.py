"""What is compared: one ASGI application a file, each started in a process of its own (benchmarks/serve.py)."""
