"""The account of a session as plain values, nothing rounded."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bubblefear.pipeline.explain import Counted, Explained, Session
    from models.account.explain import Moved


def as_dict(found: "Explained", by: str | None = None) -> dict[str, Any]:
    """Everything that is known of a session; ``by`` keeps one of the tables."""
    from bubblefear.pipeline.explain import STORY

    chosen = [by] if by else list(found.by)
    return {
        "date": found.date,
        "version": found.vintage.version,
        "vintage": found.vintage.instant,
        "kind": found.vintage.kind,
        "as_of": found.vintage.as_of,
        "sample": found.sample,
        "provisional": found.provisional,
        "value": found.value,
        "lo": found.session.point.lo,
        "hi": found.session.point.hi,
        "before": _other(found.other),
        "change": None if found.before is None else found.value - found.before,
        **({"stories": [_story(found, row) for row in found.stories]} if STORY in chosen else {}),
        "by": {
            name: [_group(found, row) for row in found.by[name]] for name in chosen if name != STORY
        },
        "sum": _sum(found.session),
        "sum_before": _sum(found.other) if found.other else None,
    }


def _other(session: "Session | None") -> dict[str, Any] | None:
    return {"date": session.point.date, "value": session.value} if session else None


def _group(found: "Explained", row: "Moved[Counted]") -> dict[str, Any]:
    return {
        "name": known(row.key),
        "points": row.points,
        "share": row.points / found.session.total if found.session.total else None,
        "before": row.before,
        "change": row.change,
        "articles": len(row.parts),
    }


def known(name: str) -> str | None:
    """A key, or None where the articles have none."""
    from bubblefear.pipeline.explain import NONE

    return None if name == NONE else name


def _story(found: "Explained", row: "Moved[Counted]") -> dict[str, Any]:
    told = row.parts or row.parts_before
    figures = _group(found, row)
    del figures["name"]
    return {
        "story": row.key,
        "title": told[0].title,
        **figures,
        "state": row.state,
        "sources": sorted({counted.source for counted in told}),
        "languages": sorted({counted.language for counted in told}),
        "told": [_article(found, counted) for counted in row.parts],
        "told_before": [_article(found, counted) for counted in row.parts_before],
    }


def _article(found: "Explained", counted: "Counted") -> dict[str, Any]:
    from dataclasses import asdict

    plain = asdict(counted)
    del plain["current"], plain["story"]
    plain["kind"], plain["channel"] = known(counted.kind), known(counted.channel)
    sentences = found.sentences.get(counted.article, ())
    return plain | {
        "sentences": [
            {
                "field": s.field,
                "sentence": s.sentence,
                "fear": s.fear,
                "weight": s.weight,
                "channel": s.channel,
                "phrases": list(s.phrases),
            }
            for s in sentences
        ]
    }


def _sum(session: "Session") -> dict[str, Any]:
    """The check that the articles make the value: the remainder is what rounding took off."""
    return {
        "points": session.total,
        "rounded": round(session.total, 6),
        "value": session.value,
        "remainder": session.value - session.total,
        "adds_up": session.adds_up,
    }
