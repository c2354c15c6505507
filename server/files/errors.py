"""The refusals of files."""

from server.core.errors import Conflict, Invalid


class FileTooLarge(Invalid):
    """This file is larger than this service takes; send a smaller one, or split it."""

    code = "file_too_large"


class FileEmpty(Invalid):
    """This file is empty; choose another."""

    code = "file_empty"


class FileType(Invalid):
    """This kind of file is not taken: send PDF, DOCX, XLSX, PPTX, OpenDocument, a picture or plain text."""

    code = "file_type"


class FileMacros(Invalid):
    """This file has macros, which are not taken; save it without them (as DOCX, XLSX or PPTX), or as PDF."""

    code = "file_macros"


class FileDamaged(Conflict):
    """The stored file is missing or is no more what was handed over; ask whoever sent it to send it again."""

    code = "file_damaged"


class NoSpace(Conflict):
    """This service has no space left for files; tell its operator."""

    code = "no_space"
