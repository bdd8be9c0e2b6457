"""Words that carry no subject: skipped inside phrases, never compared. Normalised as `plain_form` does."""

_EN = """a an the of to in on at by for from with without within into onto upon over under and or nor but
so if then than
that this these those it its their they them there he she his her we our you your who whom whose which what
when where
why how all any each every both either some such same other another more most less least few many much own
very too
also just only not no as is are was were be been being am do does did done has have had having can could
may might must
shall should will would about above after again against among around because before behind below beneath
beside between
beyond during except further including incl inside like near off out outside per regarding since
through
throughout till toward towards until up via while yet etc s t e g i"""
_FR = """le la les l un une des du de d au aux à a en dans sur sous par pour avec sans vers chez entre
contre depuis pendant
et ou ni mais donc or car que qu qui quoi dont où ce c cet cette ces cela ça celui celle ceux celles il
elle ils elles
on je j tu nous vous se s me m te lui leur leurs son sa ses mon ma mes ton ta tes notre nos votre vos y ne
n pas plus
moins très trop aussi ainsi alors comme si même mêmes tout toute tous toutes autre autres chaque quelque
quelques
plusieurs tel telle tels telles est sont était étaient été être soit soient sera seront serait ont avait
avaient ait
avoir eu fait faire peut peuvent pourra doit doivent afin lors lorsque quand selon après avant durant dès
jusque jusqu
dont notamment y compris etc ci là"""
_ES = """el la los las lo un una unos unas de del al a en con sin sobre bajo por para entre contra desde
hasta hacia según
durante mediante ante tras y e o u ni pero sino que quien quienes cual cuales cuyo cuya cuyos cuyas donde
cuando como
si no se su sus le les me te nos mi mis tu tus este esta estos estas ese esa esos esas aquel aquella esto
eso ello él
ella ellos ellas más menos muy también tan tanto así ya todo toda todos todas otro otra otros otras cada
algún alguna
algunos algunas mismo misma mismos mismas es son era eran fue fueron ser sea sean será está están estaba
estar ha han
había haber hay puede pueden debe deben tiene tienen incluido incluida incluidos incluidas incluso etc"""
_RU = """и в во не на с со к ко по за из изо от ото до для о об обо при у под над перед через между без про
что чтобы как
так то а но или либо ли же бы если когда где куда который которая которое которые которого которой которых
которым
которыми этот эта это эти этого этой этих этим тот та те того той тех тем он она оно они его ее их ему ей
им ими нее
него них свой своя свое свои своего своей своих своими все всех всем весь вся всего каждый каждого также
тоже еще уже
только лишь более менее очень был была было были быть есть является являются может могут должен должны после
в том числе т д п др среди включая путем ходе рамках целях"""
_AR = """في من على الى عن مع بين او ثم ان انه انها التي الذي الذين هذا هذه ذلك تلك هو هي هم كما قد لم لن لا
ما كل بعض غير
اي حتى عند عندما منذ خلال حول ضد بعد قبل دون كان كانت يكون تكون وقد ولا وفي ومن وعلى والى وعن ومع له لها
لهم به بها
فيه فيها منها منه عليها عليه ضمن عبر لدى نحو اذا اما بما مما فيما حيث كذلك ايضا و ف ب ل ك الا سوى يتم تم"""
_ZH = """的 了 和 与 及 之"""

FUNCTION_WORDS: dict[str, frozenset[str]] = {
    "en": frozenset(_EN.split()),
    "fr": frozenset(_FR.split()),
    "es": frozenset(_ES.split()),
    "ru": frozenset(_RU.split()),
    "ar": frozenset(_AR.split()),
    "zh": frozenset(_ZH.split()),
}

BINDING: dict[str, frozenset[str]] = {
    "en": frozenset(["no", "not", "without", "non", "off", "e"]),
    "fr": frozenset(["sans", "pas", "non", "hors", "or", "contre"]),
    "es": frozenset(["no", "sin", "contra"]),
    "ru": frozenset(["не", "нет", "без", "под"]),
    "ar": frozenset(["غير", "دون", "بدون", "لا", "لم", "ضد"]),
    "zh": frozenset(),
}
"""Function words that a phrase is another phrase without: "weapons not marked", "contrebande d'or", "ПОД/ФТ"."""

CONTRASTS = frozenset(
    ["but", "however", "mais", "cependant", "toutefois", "pero", "aunque", "но", "однако", "لكن", "ولكن"]
)
"""Words that open a new clause without a comma."""
