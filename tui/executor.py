"""The threads that AWS calls run on, of which none can hold up the way back to the shell."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor


class AbandoningExecutor(ThreadPoolExecutor):
    """A thread pool whose shutdown abandons the calls still in flight.

    asyncio ends a loop by waiting for its default executor. A read that hangs would then keep the
    terminal until its time limit; the caller has already waited for the writes.
    """

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = True) -> None:  # noqa: ARG002
        """Forget what is queued and do not wait for what is running."""
        super().shutdown(wait=False, cancel_futures=True)
