"""A service in use, and in it one record of each kind that hardly anybody may see."""

from tests.access.truth.stage import Stage
from tests.world import Json


def furnish(stage: Stage) -> dict[str, str]:
    """A service in use, where each person sees something; the ids with which its addresses are filled."""
    visit = stage.record_visit(level="named", adopted=True, team=["other_officer"])
    full = stage.record_need(level="named", visit=visit)
    header = stage.record_need(level="community", themes=["border.api-pnr"])
    public = stage.record_need(level="public", themes=["cft.fiu"])
    stage.record_need(level="state", visit=visit)
    stage.record_need(state="MDV", level="state")
    given = stage.consent(by="kenya", scope={"needs": [full]}, audience={"organizations": ["unodc-tpb"]})
    stage.consent(by="kenya", scope={"needs": [header]}, audience={"classes": ["cso", "designer"]}, fields="header")
    stage.consent(by="kenya", scope={"needs": [public]}, audience={"public": True}, fields="header")
    offer = stage.world.put_offer(by="unodc")["id"]
    stage.world.put_offer("T-2", by="canada", themes=["border.api-pnr"])
    key = stage.callers["unodc"].get("/keys")["items"][0]["id"]
    account = stage.callers["admin"].get("/accounts")["items"][0]["id"]
    uploaded = stage.callers["unodc"].ask(
        "POST",
        "/imports",
        data={"kind": "offers", "dry_run": "true"},
        files={"file": ("offers.csv", stage.callers["unodc"].ask("GET", "/templates/offers.csv").content)},
    )
    officer = stage.callers["officer"]
    practice = {"kind": "guide", "title": {"en": "A guide"}, "description": {"en": "On freezing."}, "publisher": "P",
                "themes": ["cft.asset-freezing"], "level": "public"}  # fmt: skip
    review = {"state": "KEN", "tool": "oia", "tool_version": "2021", "assessed_on": "2026-06-01", "level": "state",
              "items": [{"number": "1.4", "theme": "cft.asset-freezing", "ordinal": 1}]}  # fmt: skip
    renumbered = {"tool": "oia", "from_version": "2013", "to_version": "2021", "items": {"A": ["1.4"]}}
    return {
        "practice_id": officer.post("/good-practices", practice)["id"],
        "assessment_id": officer.post("/assessments", review)["id"],
        "change_id": officer.post("/assessments/tool-changes", renumbered)["id"],
        "referral_id": officer.post("/referrals", {"need": full, "organization": "unodc-tpb"})["id"],
        "need_id": full,
        "visit_id": visit,
        "consent_id": given,
        "offer_id": offer,
        "import_id": uploaded.json()["id"],
        "key_id": key,
        "account_id": account,
        "iso3": "KEN",
        "kind": "needs?reason=reporting",
        "code": "osce",
        "organization": "unodc-tpb",
        "external_id": "T-1",
        "header": header,
        "public": public,
    }


def hide(stage: Stage) -> dict[str, str]:
    """One record of each kind that only `other_officer`, or only its owner, may see, and what stands close to them."""
    visit = stage.record_visit(by="other_officer", level="team", adopted=True)
    seen = stage.record_visit(by="other_officer", level="state", adopted=True)
    need = stage.record_need(by="other_officer", level="team")
    path = f"/visits/{seen}/recommendations"
    text = {"number": "7", "text": {"en": "Adopt a decree."}, "level": "team"}
    recommendation = stage.callers["other_officer"].post(path, text)["id"]
    maldives = stage.consent(
        by="maldives", state="MDV", scope={"themes": ["cft"]}, audience={"organizations": ["canada-ctcbp"]}
    )
    stage.record_need(by="other_officer", level="committee", visit=visit)
    stage.record_need(by="other_officer", level="public", visit=visit)
    stage.consent(by="kenya", scope={"themes": ["cft"]}, audience={"public": True})
    shelf: Json = {"title": {"en": "Ours"}, "description": {"en": "How we freeze."}, "publisher": "Maldives"}
    own = {**shelf, "kind": "state_practice", "state": "MDV", "level": "state"}
    practice = stage.callers["officer"].post("/good-practices", own)["id"]
    draft = stage.world.put_offer("D-1", by="osce", status="draft")["id"]
    referral = stage.callers["other_officer"].post("/referrals", {"need": need, "organization": "osce"})["id"]
    return {
        "need": need,
        "referral": referral,
        "visit": visit,
        "recommendation": recommendation,
        "consent": maldives,
        "practice": practice,
        "offer": draft,
        "external": "D-1",
    }
