"""The warehouse as an MCP server; `python -m tests.peers.warehouse_mcp` speaks over standard input."""

import os
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

from tests.peers.warehouse import Garbled, KeyTaken, Lost, NoSuchArticle, SoldOut, Warehouse


def mcp_server(warehouse: Warehouse) -> MCPServer[Any]:
    """The server."""
    server: MCPServer[Any] = MCPServer("warehouse", log_level="CRITICAL")

    async def guarded(call: Any) -> Any:
        """Say what went wrong as MCP says it: in words."""
        try:
            return await call
        except NoSuchArticle:
            raise ToolError("NO_SUCH_ARTICLE: nothing has this name") from None
        except SoldOut:
            raise ToolError("OUT_OF_STOCK: there are not as many") from None
        except KeyTaken:
            raise ToolError("REFERENCE_TAKEN") from None
        except Lost:
            await warehouse.silence.wait()
        except Garbled:
            return "<html>Maintenance</html>"

    @server.tool(structured_output=False)
    async def stock(sku: str) -> Any:
        """How many of an article there are."""
        return await guarded(warehouse.stock(sku))

    @server.tool(structured_output=False)
    async def reserve(sku: str, quantity: int, owner: str, reference: str) -> Any:
        """Take some off the shelf; an `EXIT` takes the whole server with it."""
        if sku == "EXIT":
            os._exit(1)
        return await guarded(warehouse.reserve(sku, quantity, owner, reference))

    @server.tool()
    async def reservation(reference: str) -> dict[str, Any]:
        """What was reserved."""
        found: dict[str, Any] = await guarded(warehouse.reservation(reference))
        return found

    return server


if __name__ == "__main__":
    mcp_server(Warehouse()).run()
