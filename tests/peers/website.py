"""A company's website on loopback: pages, a sitemap that lists them, and what real sites do wrong."""

from dataclasses import dataclass, field

from aiohttp import web

SITEMAP = '<?xml version="1.0" encoding="UTF-8"?><{kind} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</{kind}>'
ROBOTS = "User-agent: *\nDisallow: /private\n"


def page(title: str, body: str, lang: str = "en") -> str:
    """Write a page with a menu around its text."""
    return (
        f'<!doctype html><html lang="{lang}"><head><title>{title} | Shop</title></head><body>'
        f"<nav><ul><li>Menu</li></ul></nav><main><h1>{title}</h1>{body}</main><footer>(c)</footer></body></html>"
    )


@dataclass
class Website:
    """Its pages by path, and what was asked for."""

    pages: dict[str, str] = field(default_factory=dict)
    listed: list[str] = field(default_factory=list)
    """Further addresses in the sitemap."""
    robots: int = 200
    asked: list[str] = field(default_factory=list)

    def app(self) -> web.Application:
        """Serve it."""
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.Response:
        path = request.path
        self.asked.append(path)
        root = f"{request.scheme}://{request.host}"
        match path:
            case "/robots.txt":
                return web.Response(text=ROBOTS, status=self.robots)
            case "/sitemap.xml":
                inner = [f"{root}/sitemap-pages.xml", f"{root}/sitemap.xml"]
                return _sitemap("sitemapindex", "sitemap", inner)
            case "/sitemap-pages.xml":
                return _sitemap(
                    "urlset", "url", [*(root + each for each in self.pages), *self.listed_at(root)]
                )
            case "/round" | "/about":
                raise web.HTTPFound("/about" if path == "/round" else "/round")
            case "/away":
                raise web.HTTPFound("http://elsewhere.example/help")
        if path in self.pages:
            return web.Response(text=self.pages[path], content_type="text/html")
        raise web.HTTPNotFound

    def listed_at(self, root: str) -> list[str]:
        """Complete the addresses that are paths."""
        return [root + each if each.startswith("/") else each for each in self.listed]


def _sitemap(kind: str, entry: str, addresses: list[str]) -> web.Response:
    listed = "".join(f"<{entry}><loc>{each}</loc></{entry}>" for each in addresses)
    return web.Response(text=SITEMAP.format(kind=kind, listed=listed), content_type="application/xml")
