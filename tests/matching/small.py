"""A small vocabulary, a few facts, needs and offers: enough for the engine's own tests."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from matching.readings import Reader
from matching.recipe import RECIPE
from matching.terms import Concept, Cue, CueKind, Kind, Terms
from matching.testing import CriterionContract
from matching.types import Capacity, EligibilityRule, Facts, Membership, NeedProfile, OfferProfile, Scope

TODAY = date(2026, 11, 23)


def _by_language(**variants: str) -> Mapping[str, tuple[str, ...]]:
    return {code: tuple(part.strip() for part in cell.split(";")) for code, cell in variants.items()}


SMALL_TERMS = Terms(
    (
        Concept(
            "terrorism",
            Kind.PROBLEM,
            weight=1,
            variants=_by_language(
                en="terrorism;terrorist",
                fr="terrorisme;terroriste",
                es="terrorismo;terrorista",
                ar="الإرهاب;إرهابي",
                ru="терроризм;террорист;террористический",
                zh="恐怖主义;恐怖",
            ),
        ),
        Concept(
            "asset-freezing",
            Kind.OBJECT,
            "cft.asset-freezing",
            weight=3,
            variants=_by_language(
                en="asset freezing;freeze assets;frozen assets",
                fr="gel des avoirs;geler les avoirs",
                es="congelación de activos;congelar activos",
                ar="تجميد الأصول",
                ru="замораживание активов;заморозить активы",
                zh="冻结资产;资产冻结",
            ),
        ),
        Concept(
            "bank-supervision",
            Kind.OBJECT,
            "cft.supervision",
            weight=2,
            variants=_by_language(
                en="bank supervision;supervision of banks",
                fr="contrôle bancaire",
                es="supervisión bancaria",
                ar="الرقابة المصرفية",
                ru="банковский надзор",
                zh="银行监管",
            ),
        ),
        Concept(
            "pnr",
            Kind.INSTRUMENT,
            "border.api-pnr",
            weight=3,
            variants=_by_language(
                en="passenger name records;PNR;passenger data",
                fr="dossiers passagers;données passagers",
                es="registro de nombres de los pasajeros;datos de pasajeros",
                ar="سجلات أسماء الركاب;بيانات الركاب",
                ru="записи регистрации пассажиров;данные о пассажирах",
                zh="旅客订座记录;旅客信息",
            ),
        ),
        Concept(
            "watch-list",
            Kind.INSTRUMENT,
            "border.watchlists",
            weight=2,
            variants=_by_language(
                en="watch list",
                fr="liste de surveillance",
                es="lista de vigilancia",
                ar="قائمة المراقبة",
                ru="контрольный список",
                zh="监视名单",
            ),
        ),
        Concept(
            "prison-radicalization",
            Kind.PROBLEM,
            "prr.prisons",
            weight=3,
            variants=_by_language(
                en="radicalization in prisons;violent extremist prisoners",
                fr="radicalisation en prison",
                es="radicalización en las prisiones",
                ar="التطرف في السجون",
                ru="радикализация в тюрьмах",
                zh="监狱激进化",
            ),
        ),
        Concept(
            "law-drafting",
            Kind.ACTIVITY,
            code="assistance:legislative",
            weight=2,
            variants=_by_language(
                en="draft law;legislative drafting",
                fr="projet de loi;rédaction législative",
                es="proyecto de ley;redacción legislativa",
                ar="مشروع قانون",
                ru="законопроект",
                zh="法律草案;起草法律",
            ),
        ),
        Concept(
            "training",
            Kind.ACTIVITY,
            code="assistance:training",
            weight=1,
            variants=_by_language(
                en="training;course",
                fr="formation;cours",
                es="capacitación;curso",
                ar="تدريب;دورة",
                ru="обучение;курс",
                zh="培训",
            ),
        ),
        Concept(
            "equipment",
            Kind.ACTIVITY,
            code="assistance:equipment",
            weight=1,
            variants=_by_language(en="equipment", fr="matériel", es="equipo", ar="معدات", ru="оборудование", zh="设备"),
        ),
        Concept(
            "judges",
            Kind.INSTITUTION,
            code="institution:judiciary",
            weight=2,
            variants=_by_language(en="judges", fr="juges", es="jueces", ar="القضاة", ru="судьи", zh="法官"),
        ),
        Concept(
            "police",
            Kind.INSTITUTION,
            code="institution:police",
            weight=1,
            variants=_by_language(en="police", fr="police", es="policía", ar="الشرطة", ru="полиция", zh="警察"),
        ),
    ),
    (
        Cue(
            "no",
            CueKind.NEGATION,
            _by_language(en="no;not;without", fr="sans;pas de", es="sin;no", ar="بدون;لا", ru="без;не", zh="不;无"),
        ),
        Cue(
            "not-wanted",
            CueKind.EXCLUSION,
            _by_language(
                en="is not wanted;are not wanted;does not include",
                fr="n'est pas souhaité;n'inclut pas",
                es="no se desea;no incluye",
                ar="غير مطلوب;لا يشمل",
                ru="не требуется;не включает",
                zh="不需要;不包括",
            ),
        ),
        Cue(
            "corruption",
            CueKind.OTHER_PURPOSE,
            _by_language(en="corruption", fr="corruption", es="corrupción", ar="الفساد", ru="коррупция", zh="腐败"),
        ),
        Cue(
            "already",
            CueKind.ALREADY_HAS,
            _by_language(
                en="has adopted;already has",
                fr="a adopté;dispose déjà",
                es="ha aprobado;ya cuenta con",
                ar="اعتمدت;لديها بالفعل",
                ru="принял;уже имеет",
                zh="已通过;已有",
            ),
        ),
    ),
)

SMALL_FACTS = Facts(
    state_languages={
        "KEN": ("en", "sw"),
        "SEN": ("fr",),
        "TUN": ("ar", "fr"),
        "MLI": ("fr",),
        "PER": ("es",),
        "KAZ": ("kk", "ru"),
        "NPL": ("ne", "en"),
    },
    memberships=(
        *(Membership("au", state) for state in ("KEN", "SEN", "TUN", "MLI")),
        Membership("ecowas", "SEN"),
        Membership("ecowas", "MLI", until=date(2025, 1, 29)),
        *(Membership("ldc", state) for state in ("SEN", "MLI")),
        Membership("ldc", "NPL", until=date(2026, 11, 24)),
        *(Membership("lldc", state) for state in ("MLI", "KAZ", "NPL")),
        Membership("sids", "MDV"),
    ),
    theme_parents={
        "cft": None,
        "cft.asset-freezing": "cft",
        "cft.supervision": "cft",
        "border": None,
        "border.api-pnr": "border",
        "border.watchlists": "border",
        "prr": None,
        "prr.prisons": "prr",
        "pve": None,
        "pve.youth": "pve",
        "justice": None,
        "justice.prosecution": "justice",
    },
    resolution_themes={
        "1373": ("cft", "cft.asset-freezing"),
        "2396": ("border.api-pnr", "prr"),
        "2462": ("cft",),
    },
    assistance_types=("legislative", "training", "equipment", "mentoring", "expert-deployment"),
    institutions=("judiciary", "police", "border-police"),
)


def make_need(**changes: Any) -> NeedProfile:
    """A valid need with the fewest surprises: Kenya, asset freezing, in English."""
    need = NeedProfile(
        "N1",
        "KEN",
        {"en": "Asset freezing without delay"},
        {"en": "Judges and police have no procedure to freeze assets of terrorist groups. Training is requested."},
        themes=("cft.asset-freezing",),
        resolutions=("1373:1",),
        assistance_types=("training",),
        target_institutions=("judiciary",),
        languages=("en",),
        needed_by=date(2027, 12, 31),
    )
    return replace(need, **changes)


def make_offer(**changes: Any) -> OfferProfile:
    """A valid offer that answers `make_need()`: open, for the world, with room."""
    offer = OfferProfile(
        "O1",
        "inv-body",
        {"en": "Freezing terrorist assets"},
        {"en": "Course for judges on asset freezing: orders, notice to banks and appeal."},
        themes=("cft.asset-freezing",),
        resolutions=("1373:1",),
        assistance_types=("training",),
        target_institutions=("judiciary",),
        scope=Scope(world=True),
        delivery_languages=("en",),
        availability="open",
        closes_on=date(2028, 1, 1),
        capacity=Capacity("states", 5, 1),
        last_confirmed_on=date(2026, 10, 1),
    )
    return replace(offer, **changes)


def sample_needs() -> list[NeedProfile]:
    """Needs that between them have and lack every field."""
    return [
        make_need(),
        make_need(
            id="N2",
            themes=(),
            resolutions=(),
            assistance_types=(),
            target_institutions=(),
            languages=(),
            needed_by=None,
        ),
        make_need(
            id="N3",
            state="SEN",
            title={"fr": "Données passagers"},
            languages=("fr",),
            themes=("border",),
            description={"fr": "Projet de loi et formation de la police; le matériel n'est pas souhaité."},
        ),
        make_need(
            id="N4",
            state="XXX",
            title={"de": "Etwas"},
            description={"de": "Anderes"},
            languages=("de",),
            themes=("prr.prisons",),
            visited_on=date(2026, 5, 1),
            is_requested=True,
        ),
        make_need(
            id="N5",
            state="NPL",
            title={"zh": "冻结恐怖主义资产"},
            description={"zh": "需要培训法官和警察。"},
            themes=("border.api-pnr",),
            is_requested=False,
        ),
    ]


def sample_offers() -> list[OfferProfile]:
    """Offers that between them have and lack every field, and are open, shut and uncertain."""
    return [
        make_offer(),
        make_offer(
            id="O2",
            themes=(),
            resolutions=(),
            assistance_types=(),
            target_institutions=(),
            scope=None,
            delivery_languages=(),
            availability="unknown",
            closes_on=None,
            capacity=None,
            last_confirmed_on=None,
        ),
        make_offer(
            id="O3",
            title={"fr": "Unités d'informations passagers"},
            themes=("border.api-pnr", "prr"),
            description={"fr": "Données passagers : projet de loi, formation des juges, sans matériel."},
            delivery_languages=("fr",),
            scope=Scope(groupings=("ecowas",)),
            resolutions=("2396",),
            availability="by_invitation",
            closes_on=date(2026, 12, 24),
            capacity=Capacity(unlimited=True),
        ),
        make_offer(
            id="O4",
            title={"en": "Freezing the proceeds of corruption"},
            themes=("border",),
            description={"en": "We freeze assets in cases of corruption."},
            availability="planned",
            opens_on=date(2027, 6, 1),
            last_confirmed_on=date(2024, 1, 1),
            eligibility=(EligibilityRule("member_of", "au"), EligibilityRule("state_request")),
        ),
        make_offer(
            id="O5",
            title={"ar": "تجميد الأصول"},
            description={"ar": "دورة لتدريب القضاة والشرطة"},
            themes=(),
            delivery_languages=("ar",),
            scope=Scope(states=("KEN", "TUN")),
            availability="closed",
            last_confirmed_on=date(2025, 11, 1),
            opens_on=date(2027, 3, 1),
        ),
        make_offer(
            id="O6",
            title={"en": "Support"},
            description={},
            themes=(),
            assistance_types=("mentoring",),
            capacity=Capacity("places", 10, 10),
            opens_on=date(2028, 3, 1),
            availability="open",
        ),
    ]


READER = Reader(RECIPE, SMALL_TERMS, SMALL_FACTS)


class SmallContract(CriterionContract):
    """The contract on the small vocabulary."""

    reader = READER
    today = TODAY
    needs = sample_needs()
    offers = sample_offers()
