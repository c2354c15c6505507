"""Refusals as pages: what went wrong in the reader's language, and a way back."""

from aiohttp import web

from server.web.pages.views import page
from server.web.problems import Problem


async def problem_page(request: web.Request, problem: Problem) -> web.Response:
    """Draw a refusal for a browser (`PROBLEM_PAGE`)."""
    answer = page(request, "problem.html", {"problem": problem}, status=problem.status)
    answer.headers.update(problem.headers)
    return answer
