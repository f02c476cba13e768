"""When a keyword occurs in a text: the table is the specification (docs/filters.md)."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.folding import fold_forms, fold_title, fold_words, occurs, phrase_parts, text_keys

FOUND = {
    "the same word": ("diffusion", "A diffusion model"),
    "case": ("Diffusion", "DIFFUSION models"),
    "at the very end": ("models", "Diffusion models"),
    "before a full stop": ("models", "Diffusion models."),
    "in parentheses": ("MoE", "Mixture of Experts (MoE) layers"),
    "within a hyphenated compound": ("agent", "multi-agent systems"),
    "plural in the text": ("LLM", "LLMs are"),
    "plural in the keyword": ("LLMs", "an LLM"),
    "plural typed small": ("llms", "an LLM"),
    "plural acronym of three": ("GAN", "GANs"),
    "plural acronym of two": ("id", "IDs of users"),
    "plural with a digit": ("H100", "eight H100s"),
    "plural -es after ss": ("loss", "two losses"),
    "plural -es after ch": ("search", "beam searches"),
    "plural -es after x": ("box", "bounding boxes"),
    "plural of cache": ("cache", "KV caches"),
    "plural -ies": ("policy", "policies"),
    "plural in -ses": ("database", "databases"),
    "plural matrices": ("matrix", "matrices"),
    "plural indices": ("index", "indices"),
    "plural indexes": ("index", "indexes"),
    "plural vertices": ("vertex", "vertices"),
    "plural corpora": ("corpus", "corpora"),
    "plural hypotheses": ("hypothesis", "hypotheses"),
    "plural analyses": ("analysis", "analyses"),
    "plural biases": ("bias", "biases"),
    "plural criteria": ("criterion", "criteria"),
    "plural phenomena": ("phenomenon", "phenomena"),
    "plural schemata": ("schema", "schemata"),
    "plural automata": ("automaton", "automata"),
    "plural optima": ("optimum", "optima"),
    "plural of a phrase": ("world models", "a world model"),
    "plural within a phrase": ("graphs neural network", "graph neural networks"),
    "capitals of a title": ("transformers", "TRANSFORMERS ARE RNNS"),
    "capitals of a keyword": ("TRANSFORMERS", "transformers"),
    "hyphens for blanks": ("text-to-image", "text to image generation"),
    "blanks for hyphens": ("text to image", "Text-to-Image"),
    "joined compound with a function word": ("text-to-image", "texttoimage"),
    "hyphen in the keyword, joined in the text": ("multi-agent", "a multiagent system"),
    "joined in the keyword, hyphen in the text": ("multiagent", "multi-agent"),
    "blank in the keyword, joined in the text": ("multi agent", "multiagent"),
    "joined in the keyword, blank in the text": ("finetuning", "fine tuning"),
    "joined and hyphenated": ("finetuning", "fine-tuning"),
    "hyphenated and joined": ("fine-tuning", "finetuning"),
    "joined within a phrase": ("finetuning method", "a fine-tuning method"),
    "pre-training": ("pretraining", "pre-training"),
    "in-context": ("in-context learning", "in context learning"),
    "zero-shot": ("zero shot", "zero-shot"),
    "short pieces over a hyphen": ("kmeans", "k-means"),
    "short pieces, joined in the text": ("k-means", "kmeans"),
    "short pieces, blank in the text": ("k-means", "k means clustering"),
    "a compound and what follows": ("endtoend trainable", "end-to-end trainable"),
    "state of the art": ("state of the art", "state-of-the-art"),
    "an en dash": ("vision-language", "vision–language models"),
    "mixture of experts": ("mixture of experts", "Mixture-of-Experts"),
    "accents composed": ("Fréchet", "Frechet distance"),
    "accents decomposed": ("café", unicodedata.normalize("NFD", "café")),
    "accents in the text only": ("Schrodinger", "Schrödinger bridges"),
    "a version with a hyphen": ("GPT-4", "GPT4 is"),
    "a version without": ("GPT4", "GPT-4 is"),
    "a version and a possessive": ("GPT-4", "GPT-4's answers"),
    "a version and a suffix": ("GPT-4", "GPT-4-turbo"),
    "a dotted version": ("Qwen2.5", "Qwen2.5-VL"),
    "a dotted version apart": ("Qwen 2.5", "Qwen-2.5"),
    "a name and a number: SAM 2": ("SAM 2", "SAM2 tracks"),
    "a name and a number: SAM2": ("SAM2", "SAM 2 tracks"),
    "a name and a number: Llama 3": ("Llama 3", "Llama3"),
    "a name and a number: Llama3": ("Llama3", "the Llama 3 herd"),
    "a name and a number in small letters": ("llama 3", "Llama3"),
    "a name and a number joined in small letters": ("llama3", "Llama 3"),
    "a name and a number with a hyphen": ("GPT 4", "GPT-4's answers"),
    "a name and a number, joined": ("GPT4", "GPT 4 answers"),
    "a hyphen for a blank in a name": ("GPT-4", "GPT 4 answers"),
    "a name and a dotted number": ("Qwen 2.5", "Qwen2.5"),
    "a name with a dotted number": ("Qwen2.5", "Qwen 2.5"),
    "a name and a number within a phrase": ("Llama3 models", "Llama 3 models"),
    "a version within a phrase": ("GPT4 models", "GPT-4 models"),
    "a short compound within a phrase": ("kNN search", "k-NN search"),
    "a name at the end of a compound": ("Code-Llama2", "Code-Llama 2"),
    "C++17": ("C++", "C++17 and C++20"),
    "C++17 itself": ("C++17", "in C++17"),
    "C++ 17": ("C++ 17", "in C++17"),
    "C++": ("C++", "written in C++."),
    "C#": ("C#", "C# code"),
    "a star name": ("A*", "the A* algorithm"),
    "a Greek letter by name": ("beta-VAE", "β-VAE"),
    "a name for a Greek letter": ("β-VAE", "the beta VAE"),
    "a Greek letter and a digit": ("π0", "the π_0 policy"),
    "a Greek letter, typed": ("pi0", "π0"),
    "a phrase over a line break": ("world model", "world\n  models"),
    "a phrase over a quotation mark": ("world model", "“world” models"),
    "a phrase over markup": ("world model", "**world** models"),
    "a possessive": ("model", "the model's size"),
    "a plural possessive": ("model", "the models’ size"),
    "an at sign": ("pass@k", "Pass@k of"),
    "an underscore": ("pi_rl", "π_RL"),
    "a slash": ("video generation", "image/video generation"),
    "a long phrase": (
        "retrieval augmented generation for code agents today",
        "on retrieval-augmented generation for code agents today",
    ),
    "Chinese within a run": ("模型", "世界模型研究"),
    "an ampersand": ("R&D", "R&D teams"),
}
NOT_FOUND = {
    "a fragment: RAG": ("RAG", "fragment"),
    "a fragment: AI": ("AI", "maintain"),
    "a fragment: agent": ("agent", "reagent"),
    "a fragment: vision": ("vision", "supervision"),
    "a fragment: RL": ("RL", "URL"),
    "a fragment: MoE": ("MoE", "moebius"),
    "a prefix": ("transform", "transformer"),
    "letters over a blank": ("AI", "a i"),
    "a function word joined: agent": ("agent", "a gent"),
    "a function word joined: ISA": ("ISA", "this is a test"),
    "a function word joined: into": ("into", "in to"),
    "a function word joined: cannot": ("nota", "not a"),
    "a function word in part of a compound": ("toimage", "text-to-image"),
    "capitals losing an s: GPS": ("GP", "GPS"),
    "capitals losing an s: NAS": ("NA", "NAS"),
    "capitals losing an s: AIS": ("AI", "AIS"),
    "no plural: bias": ("bia", "bias"),
    "no plural: loss": ("los", "loss"),
    "no plural: corpus": ("corpu", "corpus"),
    "no plural: analysis": ("analysi", "analysis"),
    "another version: GPT-4o": ("GPT-4", "GPT-4o"),
    "another version: GPT-4.1": ("GPT-4", "GPT-4.1"),
    "another version: Llama 3.1": ("Llama 3", "Llama 3.1"),
    "another version over a blank": ("GPT 4", "GPT 4o"),
    "another version, joined": ("GPT4", "GPT 4o and GPT-4.1"),
    "another version of a name": ("Llama3", "Llama 3.1"),
    "a number after a word in small letters": ("step2", "in step 2"),
    "a number after a word of grammar": ("in2023", "In 2023"),
    "a number after a number": ("GPT45", "GPT4 5"),
    "numbers joined": ("45", "4 5"),
    "a number in the next sentence": ("SAM2", "We use SAM. 2 models"),
    "a number after one letter": ("A100", "A 100"),
    "another standard": ("C", "C++17"),
    "another language: C++": ("C", "C++"),
    "another language: C#": ("C", "C#"),
    "another name: A*": ("A", "A*"),
    "a full stop between": ("world model", "the world. Model this"),
    "a comma between": ("world model", "the world, model"),
    "a parenthesis between": ("world model", "the world (model)"),
    "another order": ("world model", "model world"),
    "not adjacent": ("world model", "world of the model"),
    "nothing to find": ("!!!", "!!!"),
    "half a long phrase": ("a b c d e f", "a b c d e"),
}


@pytest.mark.parametrize(("keyword", "text"), FOUND.values(), ids=FOUND.keys())
def test_a_keyword_occurs(keyword: str, text: str) -> None:
    assert occurs(keyword, text)


@pytest.mark.parametrize(("keyword", "text"), NOT_FOUND.values(), ids=NOT_FOUND.keys())
def test_a_keyword_does_not_occur(keyword: str, text: str) -> None:
    assert not occurs(keyword, text)


@given(st.text(max_size=40))
def test_a_keyword_occurs_in_itself(keyword: str) -> None:
    assert occurs(keyword, keyword) == bool(phrase_parts(keyword))


@given(st.text(max_size=60))
def test_titles_are_the_same_however_spelt_and_spaced(title: str) -> None:
    spaced = f"  {' '.join(title.split())}\n"
    assert fold_title(spaced) == fold_title(title)
    assert fold_title(unicodedata.normalize("NFD", title)) == fold_title(unicodedata.normalize("NFC", title))


@given(
    st.lists(
        st.sampled_from(["fine", "tuning", "world", "model", "vision", "language"]), min_size=2, max_size=4
    )
)
def test_a_hyphen_and_a_blank_are_one_between_long_pieces(words: list[str]) -> None:
    for one in (" ", "-", ""):
        for other in (" ", "-", ""):
            assert occurs(one.join(words), f"on {other.join(words)} today")


def test_the_keys_of_a_text_grow_with_it_and_no_faster() -> None:
    sizes = [len(text_keys("word a-b-c " * times)) for times in (10, 100, 1000)]
    assert len(set(sizes)) == 1
    different = [len(text_keys(" ".join(f"w{n:04d}x" for n in range(times)))) for times in (100, 200, 400)]
    assert different[2] - different[1] == 2 * (different[1] - different[0])


def test_folded_words_and_compounds_for_an_index() -> None:
    assert fold_words("Text-to-Image models, in C++") == ("text", "to", "image", "model", "in", "c++")
    assert fold_forms("Text-to-Image and multi-agent models") == ("texttoimage", "multiagent")
    assert fold_words("…") == ()
