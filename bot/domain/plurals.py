"""The singular of an English word, as far as keywords need it."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

_MIN_LENGTH: Final = 4
_UNCHANGED: Final = frozenset(
    "alias atlas bias canvas chaos gas kudos lens mars news pancreas pandas series species texas".split()
)
_IRREGULAR: Final = {
    plural: singular
    for singular, plurals in {
        "alias": "aliases",
        "analysis": "analyses",
        "antenna": "antennae",
        "appendix": "appendices",
        "apparatus": "apparatuses",
        "atlas": "atlases",
        "automaton": "automata",
        "axis": "axes",
        "bacterium": "bacteria",
        "bias": "biases",
        "bonus": "bonuses",
        "bus": "buses",
        "cache": "caches",
        "calculus": "calculi",
        "calorie": "calories",
        "campus": "campuses",
        "canvas": "canvases",
        "census": "censuses",
        "child": "children",
        "codex": "codices",
        "consensus": "consensuses",
        "cookie": "cookies",
        "corpus": "corpora corpuses",
        "crisis": "crises",
        "criterion": "criteria",
        "curriculum": "curricula",
        "diagnosis": "diagnoses",
        "echo": "echoes",
        "ellipsis": "ellipses",
        "emphasis": "emphases",
        "focus": "foci focuses",
        "foot": "feet",
        "formula": "formulae",
        "gas": "gases",
        "genus": "genera",
        "half": "halves",
        "headache": "headaches",
        "hero": "heroes",
        "hypothesis": "hypotheses",
        "index": "indices",
        "knife": "knives",
        "leaf": "leaves",
        "lemma": "lemmata",
        "lens": "lenses",
        "locus": "loci",
        "man": "men",
        "matrix": "matrices",
        "maximum": "maxima",
        "minimum": "minima",
        "modulus": "moduli",
        "momentum": "momenta",
        "mouse": "mice",
        "movie": "movies",
        "neurosis": "neuroses",
        "niche": "niches",
        "nucleus": "nuclei",
        "optimum": "optima",
        "parenthesis": "parentheses",
        "person": "people",
        "phenomenon": "phenomena",
        "potato": "potatoes",
        "prognosis": "prognoses",
        "quantum": "quanta",
        "radius": "radii",
        "schema": "schemata",
        "shelf": "shelves",
        "simplex": "simplices",
        "spectrum": "spectra",
        "status": "statuses",
        "stimulus": "stimuli",
        "stratum": "strata",
        "syllabus": "syllabi",
        "synopsis": "synopses",
        "synthesis": "syntheses",
        "thesis": "theses",
        "tomato": "tomatoes",
        "tooth": "teeth",
        "torus": "tori",
        "vertex": "vertices",
        "veto": "vetoes",
        "virus": "viruses",
        "vortex": "vortices",
        "wife": "wives",
        "wolf": "wolves",
        "woman": "women",
        "zombie": "zombies",
    }.items()
    for plural in plurals.split()
}


@lru_cache(maxsize=65_536)
def singular(word: str) -> str:
    """The singular of the lower-case *word*; a word that is no plural stays as it is.

    A plural s goes from words of four letters or more, not from -ss, -us, -is. ``-ies`` becomes ``-y``; ``-es``
    goes after a hissing sound. Irregular plurals that are common in papers are listed.
    """
    irregular = _IRREGULAR.get(word)
    if irregular is not None:
        return irregular
    if len(word) < _MIN_LENGTH or word in _UNCHANGED or not word.endswith("s"):
        return word
    if word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > _MIN_LENGTH:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return word[:-2]
    return word[:-1]
