"""Tools over SOAP 1.1 and 1.2: messages made and read by a WSDL beside the book; nothing is fetched."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import zeep
from lxml import etree
from zeep.exceptions import Error, Fault
from zeep.helpers import serialize_object
from zeep.wsdl.bindings.soap import SoapBinding
from zeep.wsse.username import UsernameToken

from tools.declared.admission import Secrets, named_secret
from tools.declared.declaration import Argument, Connection, DeclarationFault, DeclaredTool, nearest
from tools.declared.http import exchange, http_system
from tools.declared.meanings import meaning_of
from tools.declared.sending import Ask, Sending, Unreadable, nested
from tools.errors import BackendFailed, BackendRefused, OutcomeUnknown, ToolError
from tools.vendor import Reply

FAULTS_ANYWAY = frozenset({400, 500})
"""Statuses under which SOAP sends its faults."""
OURS = frozenset({"Client", "Sender"})
"""Fault codes that put the mistake on our side: nothing was done."""
SAMPLES: Mapping[str, Any] = {"text": "x", "number": 1, "truth": True, "any": "x"}
NOT_XML = (Error, etree.LxmlError, AttributeError, TypeError, ValueError, LookupError)
"""What reading a message raises that is not the one agreed on."""

# At its debug level the library writes whole messages, which are customers' words.
logging.getLogger("zeep").setLevel(logging.WARNING)


class BesideIt:
    """Loads what a WSDL imports from its own folder, and nothing else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def load(self, url: str) -> bytes:
        """Read a file of the folder."""
        path = Path(url.removeprefix("file://")).resolve()
        if not path.is_relative_to(self._folder) or not path.is_file():
            message = f"the import '{url}' is not beside the document"
            raise DeclarationFault(("document",), message, "Save it there and import it by its file name.")
        return path.read_bytes()


@dataclass(frozen=True)
class Answered:
    """An HTTP answer with the attributes that the library looks at."""

    status_code: int
    content: bytes
    headers: Mapping[str, str]
    encoding: str = "utf-8"


class SoapSystem:
    """One port of a service."""

    def __init__(self, connection: Connection, secrets: Secrets, session: aiohttp.ClientSession) -> None:
        assert connection.document is not None
        auth = connection.auth
        signed = auth is not None and auth.kind == "ws_username"
        token = UsernameToken(auth.user, named_secret(auth.secret, secrets)) if auth and signed else None
        self._client = read_wsdl(connection.document, token)
        self._binding, address = port_of(self._client, connection.port)
        url = urlsplit(connection.url or address or "")
        if url.scheme not in ("http", "https"):
            raise DeclarationFault(("url",), "the document names no address", "Say the service's `url`.")
        self._address = url.geturl()
        self._path = f"{url.path or '/'}{f'?{url.query}' if url.query else ''}"
        origin = f"{url.scheme}://{url.netloc}"
        self._system = http_system(connection, origin, auth, secrets, session)

    def ask(self, tool: DeclaredTool) -> Ask:
        """Make the call of one operation; raises `DeclarationFault` when the WSDL says otherwise."""
        self._check(tool)
        api = self._system.api(tool, read_anyway=FAULTS_ANYWAY)

        async def ask(sending: Sending) -> Any:
            try:
                envelope, headers = self._message(str(tool.operation), nested(sending.values))
            except (Error, TypeError, ValueError, LookupError) as error:
                raise BackendRefused("invalid_arguments", "these values do not fit the message") from error
            carried = {**headers, **sending.headers, "Accept": "text/xml, application/soap+xml"}
            reply = await exchange(tool, api, self._path, data=envelope, headers=carried)
            return self._read(tool, reply)

        return ask

    def _message(self, operation: str, values: Mapping[str, Any]) -> tuple[bytes, dict[str, str]]:
        """Make the envelope and its headers; the library's own public call would send it as well."""
        options = {"address": self._address}
        envelope, headers = self._binding._create(operation, (), dict(values), self._client, options)
        return etree.tostring(envelope, xml_declaration=True, encoding="utf-8"), dict(headers)

    def _read(self, tool: DeclaredTool, reply: Reply) -> Any:
        """The answer as plain values, or the fault that it carries."""
        answered = Answered(reply.status, reply.body, reply.headers)
        operation = self._binding.get(tool.operation)
        try:
            found = plain(serialize_object(self._binding.process_reply(self._client, operation, answered)))
        except Fault as fault:
            raise error_of(tool, fault) from fault
        except NOT_XML as error:
            raise Unreadable("bad_answer", "the answer is not the message that was agreed") from error
        return {} if found is None and tool.risk != "read" else found

    def _check(self, tool: DeclaredTool) -> None:
        """Make a message of sample values: names that the WSDL does not know are found that way."""
        known = self._binding.all()
        if tool.operation not in known:
            message = f"the service has no operation '{tool.operation}'"
            raise DeclarationFault(("operation",), message, nearest(str(tool.operation), known))
        samples = {one.to: sample_of(one) for one in tool.args.values()}
        if tool.key and tool.key.to:
            samples[tool.key.to] = "x"
        try:
            self._message(str(tool.operation), nested(samples))
        except (Error, TypeError, ValueError, LookupError) as error:
            raise DeclarationFault(("args",), f"the message cannot be made: {error}") from error


def read_wsdl(document: Path, token: UsernameToken | None) -> zeep.Client:
    """Read a WSDL; no document type, no entity and no address outside is followed."""
    settings = zeep.Settings(forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        return zeep.Client(str(document), transport=BesideIt(document.parent), wsse=token, settings=settings)
    except DeclarationFault:
        raise
    except (*NOT_XML, RuntimeError) as error:
        said = f"{document.name} is no WSDL that can be read: {error}"
        raise DeclarationFault(("document",), said) from error


def port_of(client: zeep.Client, wanted: str | None) -> tuple[SoapBinding, str | None]:
    """Find the port that was named, or the first that speaks SOAP."""
    ports = {
        name: port
        for service in client.wsdl.services.values()
        for name, port in service.ports.items()
        if isinstance(port.binding, SoapBinding)
    }
    if not ports or (wanted is not None and wanted not in ports):
        message = f"the service has no SOAP port{f' {wanted!r}' if wanted else ''}"
        raise DeclarationFault(("port",), message, nearest(wanted or "", ports))
    port = ports[wanted] if wanted else next(iter(ports.values()))
    return port.binding, port.binding_options.get("address")


def sample_of(argument: Argument) -> Any:
    """A value of the right kind."""
    return argument.value if argument.value is not None else SAMPLES[argument.kind or "text"]


def error_of(tool: DeclaredTool, fault: Fault) -> ToolError:
    """What a fault means: the company's own word for it, or whose mistake it was."""
    codes = list(codes_of(fault))
    if (known := meaning_of(tool.errors, codes)) is not None:
        return known
    code = f"soap_{(codes[0] if codes else 'fault').lower()}"
    said = f"the service answered with a fault ({codes[0] if codes else 'no code'})"
    if OURS & set(codes):
        return BackendRefused(code, said)
    return BackendFailed(code, said) if tool.risk == "read" else OutcomeUnknown(code, said, answered=True)


def codes_of(fault: Fault) -> Iterator[str]:
    """The names by which a fault can be known: code, subcodes, elements and texts of its detail."""
    for code in (fault.code, *(fault.subcodes or ())):
        if code is not None:
            yield str(getattr(code, "localname", code)).rpartition(":")[2]
    if isinstance(fault.detail, etree._Element):
        for element in fault.detail.iter(etree.Element):
            yield etree.QName(element).localname
            if element.text and element.text.strip():
                yield element.text.strip()[:100]


def plain(value: Any) -> Any:
    """Values of XML as JSON has them."""
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else value
