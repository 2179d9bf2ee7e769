"""What the driver's own copies reach on CUDA's first device, timed by its events: JSON on standard output."""

import ctypes
import json

MOST = 1 << 30
ROUNDS = 6


def driver():
    problem = None
    for name in ("libcuda.so.1", "libcuda.so", "/usr/local/nvidia/lib64/libcuda.so.1"):
        try:
            return ctypes.CDLL(name)
        except OSError as error:
            problem = error
    raise problem


CUDA = driver()


def call(name, *arguments):
    result = getattr(CUDA, name)(*arguments)
    if result != 0:
        raise RuntimeError(f"{name}: CUDA error {result}")


def gb_per_s(copy, to, source, count, copies, counted=1):
    """The best of some rounds. `counted`: how often each byte counts."""
    begin, end = ctypes.c_void_p(), ctypes.c_void_p()
    for event in (begin, end):
        call("cuEventCreate", ctypes.byref(event), 0)
    best_ms = float("inf")
    for _ in range(ROUNDS):
        call("cuEventRecord", begin, None)
        for _ in range(copies):
            call(copy, to, source, ctypes.c_size_t(count), None)
        call("cuEventRecord", end, None)
        call("cuEventSynchronize", end)
        ms = ctypes.c_float()
        call("cuEventElapsedTime", ctypes.byref(ms), begin, end)
        best_ms = min(best_ms, ms.value)
    return counted * count * copies / (best_ms * 1e-3) / 1e9


def main():
    call("cuInit", 0)
    device, context = ctypes.c_int(), ctypes.c_void_p()
    call("cuDeviceGet", ctypes.byref(device), 0)
    call("cuDevicePrimaryCtxRetain", ctypes.byref(context), device)
    call("cuCtxSetCurrent", context)
    a, b, host = ctypes.c_uint64(), ctypes.c_uint64(), ctypes.c_void_p()
    for memory in (a, b):
        call("cuMemAlloc_v2", ctypes.byref(memory), ctypes.c_size_t(MOST))
        call("cuMemsetD8_v2", memory, ctypes.c_ubyte(1), ctypes.c_size_t(MOST))
    call("cuMemAllocHost_v2", ctypes.byref(host), ctypes.c_size_t(MOST // 4))
    ctypes.memset(host, 1, MOST // 4)
    print(json.dumps({
        "unit": f"GB/s; the best of {ROUNDS}; copies within the device count bytes read and written, transfers count "
                "them once",
        "device_copy_1GiB": gb_per_s("cuMemcpyDtoDAsync_v2", a, b, MOST, 20, counted=2),
        "device_copy_64MB": gb_per_s("cuMemcpyDtoDAsync_v2", a, b, 64_000_000, 50, counted=2),
        "host_to_device_pinned_256MiB": gb_per_s("cuMemcpyHtoDAsync_v2", a, host, MOST // 4, 4),
        "device_to_host_pinned_256MiB": gb_per_s("cuMemcpyDtoHAsync_v2", host, a, MOST // 4, 4),
    }))


main()
