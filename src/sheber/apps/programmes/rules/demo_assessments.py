"""What the assessments of the demonstration are called, who holds them, and why a few of them were corrected. Invented."""

from collections.abc import Mapping
from typing import Final

from sheber.engines.curriculum.plan import Course

KIND_OF_DELIVERY: Final[Mapping[str, str]] = {"lecture": "exam", "lab": "lab_report", "practice": "exam", "project": "project_defence",
                                              "thesis": "thesis_defence"}
TITLES: Final[Mapping[str, Mapping[str, str]]] = {
    "exam": {"kk": "Емтихан: {}", "ru": "Экзамен: {}", "en": "Exam: {}"},
    "lab_report": {"kk": "Зертханалық есеп: {}", "ru": "Лабораторный отчёт: {}", "en": "Laboratory report: {}"},
    "project_defence": {"kk": "Жобаны қорғау: {}", "ru": "Защита проекта: {}", "en": "Project defence: {}"},
    "practice_report": {"kk": "Практика есебі: {}", "ru": "Отчёт о практике: {}", "en": "Practice report: {}"},
    "thesis_defence": {"kk": "Дипломдық жұмысты қорғау: {}", "ru": "Защита дипломной работы: {}", "en": "Thesis defence: {}"},
}
PLACEMENT: Final = "industrial_practice"
CORRECTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "kk": ("Апелляция қанағаттандырылды: жұмыс қайта бағаланды.", "Деңгей басқа студенттің жолына енгізілген.",
           "Қайта тапсыру нәтижесі енгізілді."),
    "ru": ("Апелляция удовлетворена: работа оценена заново.", "Уровень был внесён в строку другого студента.",
           "Внесён результат пересдачи."),
}
"""Reasons as their writers typed them, in the language of the writer."""
TEACHERS_PER_UNIVERSITY: Final = 4


def is_placement(course: Course) -> bool:
    """Practice at an enterprise: its engineer assesses, and the setting is the workplace."""
    return PLACEMENT in course.features


def kind_of(course: Course) -> str:
    """``Assessment.Kind`` of the work that is assessed at the end of a course."""
    return "practice_report" if is_placement(course) else KIND_OF_DELIVERY.get(course.delivery, "exam")


def title_of(course: Course) -> dict[str, str]:
    """The title of the work in the languages in which the course has one."""
    return {language: TITLES[kind_of(course)][language].format(name) for language, name in course.title.items() if name}
