"""The quiz: real passage or a model's? Passages, rounds and scores as values.

A round is made from real speeches and from models that write until whole sentences of the wanted
length are there. The eight narwhal sentences are too few for one, which is said:

>>> from engine.quiz import Plan, Writer, play, speeches
>>> from engine.models.ngram import NGramModel
>>> from engine.text.corpus import load_corpus
>>> from engine.text.tokenizer import tokenizer
>>> from engine.text.vocabulary import Vocabulary
>>> corpus = load_corpus("narwhals")
>>> tokens = tokenizer("char").tokenize(corpus.text)
>>> vocabulary = Vocabulary.of(tokens)
>>> model = NGramModel.fit(vocabulary.encode(tokens), vocabulary, 4)
>>> writer = Writer("4-gram", "4-gram of characters", model, "char")
>>> list(play(Plan(), speeches(corpus), [writer]))
Traceback (most recent call last):
...
engine.errors.InputError: the text has too few passages of whole sentences for 10 questions; \
choose a longer text or fewer questions.

What people guessed adds up to a `Score`.
"""

from engine.quiz.evidence import (
    Copy,
    Judged,
    Training,
    judged,
    longest_copy,
    training_steps,
    training_text,
)
from engine.quiz.passages import Passage, Target
from engine.quiz.rounds import MOST_QUESTIONS, Plan, Question, Truth, form_of, play
from engine.quiz.scores import MOST_HANDS, Score, Tally, Votes
from engine.quiz.speeches import Origin, Speech, speeches
from engine.quiz.writers import Writer

__all__ = [
    "MOST_HANDS",
    "MOST_QUESTIONS",
    "Copy",
    "Judged",
    "Origin",
    "Passage",
    "Plan",
    "Question",
    "Score",
    "Speech",
    "Tally",
    "Target",
    "Training",
    "Truth",
    "Votes",
    "Writer",
    "form_of",
    "judged",
    "longest_copy",
    "play",
    "speeches",
    "training_steps",
    "training_text",
]
