"""Small documents of the kinds that companies have, made byte by byte."""

import io
import zipfile

from pypdf import PdfReader, PdfWriter

_DOCX = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx(*blocks: str) -> bytes:
    """Make a Word document of paragraphs: `# heading`, `- item`, `a | b` (a row of a table), or text."""
    body, rows = "", ""
    for block in (*blocks, ""):
        if rows and "|" not in block:
            body, rows = f"{body}<w:tbl>{rows}</w:tbl>", ""
        if "|" in block:
            cells = "".join(f"<w:tc>{_paragraph(cell.strip())}</w:tc>" for cell in block.split("|"))
            rows += f"<w:tr>{cells}</w:tr>"
        elif block.startswith("# "):
            body += _paragraph(block[2:], '<w:pStyle w:val="Heading1"/>')
        elif block.startswith("- "):
            body += _paragraph(block[2:], "<w:numPr/>")
        elif block:
            body += _paragraph(block)
    document = f"<w:document {_DOCX}><w:body>{body}</w:body></w:document>"
    return zipped({"word/document.xml": document.encode()})


def _paragraph(text: str, style: str = "") -> str:
    return f"<w:p><w:pPr>{style}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def zipped(members: dict[str, bytes]) -> bytes:
    """Pack files into an archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def pdf(*lines: str) -> bytes:
    """Make a PDF of lines: `# heading` is set larger, an empty line parts paragraphs."""
    drawn, height = [], 780
    for line in lines:
        size, text = (18, line[2:]) if line.startswith("# ") else (11, line)
        height -= 30 if not line else 16
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        drawn.append(f"BT /F1 {size} Tf 1 0 0 1 50 {height} Tm ({escaped}) Tj ET")
    content = "\n".join(drawn).encode("latin-1")
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    return _assembled(parts)


def _assembled(parts: list[bytes]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(parts) + 1, table)
        + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(parts) + 1, len(out))
    )


def locked_pdf(password: str, *lines: str) -> bytes:
    """Make a PDF that opens only with a password."""
    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(pdf(*lines))))
    writer.encrypt(password)
    locked = io.BytesIO()
    writer.write(locked)
    return locked.getvalue()
