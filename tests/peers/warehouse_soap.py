"""The warehouse as a SOAP 1.1 service: envelopes in and out, faults under status 500."""

from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from aiohttp import web
from lxml import etree

from tests.peers.warehouse import Broken, Garbled, KeyTaken, Lost, NoSuchArticle, SoldOut, Warehouse
from tests.peers.warehouse_rest import cut

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
OURS = "urn:warehouse"
USER, PASSWORD = "frontdesk", "pallet-9"
SECURITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
STOCK = ("sku", "available", "shelf", "counted", "padding")
RESERVATION = ("reservation", "sku", "quantity", "owner", "padding")


def soap_app(warehouse: Warehouse) -> web.Application:
    """The service."""

    async def endpoint(request: web.Request) -> web.StreamResponse:
        envelope = etree.fromstring(await request.read())
        named = (
            envelope.findtext(f".//{{{SECURITY}}}Username"),
            envelope.findtext(f".//{{{SECURITY}}}Password"),
        )
        if named != (USER, PASSWORD):
            return fault("Client", "FailedAuthentication")
        asked = envelope.find(f"{{{ENVELOPE}}}Body")[0]
        operation = etree.QName(asked).localname
        assert request.headers["SOAPAction"] == f'"urn:warehouse#{operation}"'
        try:
            return message(f"{operation}Response", await answer(warehouse, operation, asked))
        except SoldOut:
            return fault("Server", "OutOfStock")
        except KeyTaken:
            return fault("Server", "ReferenceTaken")
        except Broken:
            return fault("Server", "Internal")
        except Lost:
            return cut(request)
        except Garbled:
            return web.Response(text="<html>Maintenance</html>", content_type="text/html")

    app = web.Application()
    app.add_routes([web.post("/soap", endpoint)])
    return app


async def answer(warehouse: Warehouse, operation: str, asked: Any) -> str:
    """The inside of an answer."""
    said = {etree.QName(one).localname: one.text or "" for one in asked.iter(etree.Element)}
    try:
        match operation:
            case "GetStock":
                found = await warehouse.stock(said["sku"])
                counted = {"shelf": found["place"]["shelf"], "counted": "2026-11-21T12:00:00Z"}
                return element("stock", STOCK, found | counted)
            case "Reserve":
                quantity, owner, reference = int(said["quantity"]), said["owner"], said["reference"]
                made = await warehouse.reserve(said["sku"], quantity, owner, reference)
                return element("made", RESERVATION, made)
            case _:
                return element("found", RESERVATION, await warehouse.reservation(said["reference"]))
    except NoSuchArticle:
        return ""


def element(name: str, order: tuple[str, ...], values: Mapping[str, Any]) -> str:
    """One complex element with its parts in the order of the schema."""
    parts = [f"<{part}>{escape(str(values[part]))}</{part}>" for part in order if part in values]
    return f"<{name}>{''.join(parts)}</{name}>"


def message(name: str, inside: str) -> web.Response:
    """An envelope around one element of ours."""
    body = f'<{name} xmlns="{OURS}">{inside}</{name}>'
    text = f'<e:Envelope xmlns:e="{ENVELOPE}"><e:Body>{body}</e:Body></e:Envelope>'
    return web.Response(text=text, content_type="text/xml")


def fault(code: str, detail: str) -> web.Response:
    """A fault with a detail of ours."""
    inside = (
        f"<faultcode>e:{code}</faultcode><faultstring>It did not work</faultstring>"
        f'<detail><{detail} xmlns="{OURS}"/></detail>'
    )
    text = f'<e:Envelope xmlns:e="{ENVELOPE}"><e:Body><e:Fault>{inside}</e:Fault></e:Body></e:Envelope>'
    return web.Response(text=text, content_type="text/xml", status=500)
