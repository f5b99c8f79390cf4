"""Names of sheets, columns and fields of the workbook, in the three languages; a workbook in any of them is read."""

from collections.abc import Mapping
from typing import Final

from sheber.kit.exchange.reading.sheets import plain_title

Names = Mapping[str, tuple[str, str, str]]  # key → English, Russian, Kazakh
_ORDER = {"en": 0, "ru": 1, "kk": 2}

SHEETS: Final[Names] = {
    "programme": ("Programme", "Программа", "Бағдарлама"),
    "terms": ("Terms", "Семестры", "Семестрлер"),
    "courses": ("Courses", "Дисциплины", "Пәндер"),
    "matrix": ("Matrix", "Матрица", "Матрица (құзыреттер)"),
    "targets": ("Targets", "Целевые уровни", "Мақсатты деңгейлер"),
    "outcomes": ("Outcomes", "Результаты обучения", "Оқу нәтижелері"),
}

LANGUAGE_COLUMNS: Final[Names] = {
    "kk": ("Kazakh", "Казахский", "Қазақша"),
    "ru": ("Russian", "Русский", "Орысша"),
    "en": ("English", "Английский", "Ағылшынша"),
}

PROGRAMME_COLUMNS: Final[Names] = {
    "field": ("Field", "Поле", "Өріс"),
    "value": ("Value", "Значение", "Мән"),
    **LANGUAGE_COLUMNS,
}

FIELDS: Final[Names] = {
    "code": ("Code", "Код", "Коды"),
    "version": ("Version", "Версия", "Нұсқа"),
    "title": ("Title", "Название", "Атауы"),
    "engineer_type": ("Engineer type", "Тип инженера", "Инженер түрі"),
    "credits": ("Credits", "Кредиты", "Кредиттер"),
    "hours_per_credit": ("Hours per credit", "Часов в кредите", "Кредиттегі сағат"),
    "system": ("System", "Система", "Жүйе"),
    "term_load_min": ("Least credits of a term", "Кредитов в семестре не менее", "Семестрдегі ең аз кредит"),
    "term_load_target": ("Wanted credits of a term", "Кредитов в семестре желательно", "Семестрдегі қалаулы кредит"),
    "term_load_max": ("Most credits of a term", "Кредитов в семестре не более", "Семестрдегі ең көп кредит"),
    "status": ("Status", "Статус", "Күйі"),
    "degree": ("Degree", "Степень", "Дәреже"),
    "qualification": ("Qualification", "Квалификация", "Біліктілік"),
    "university": ("University", "Университет", "Университет коды"),
    "faculty": ("Faculty", "Факультет", "Факультет коды"),
    "nqf": ("NQF level", "Уровень НРК", "ҰБШ деңгейі"),
    "eqf": ("EQF level", "Уровень ЕРК", "ЕБШ деңгейі"),
    "isced_f": ("ISCED-F", "МСКО-О", "БХСЖ-С"),
    "classifier_group": ("Classifier group", "Группа классификатора", "Жіктеуіш тобы"),
    "languages": ("Languages", "Языки", "Тілдер"),
    "years": ("Years", "Лет обучения", "Оқу жылдары"),
    "admission": ("Admission", "Приём", "Қабылдау"),
    "practice_note": ("Note on practice", "О практике", "Практика туралы"),
    "sectors": ("Sectors", "Отрасли", "Салалар"),
    "task_complexity": ("Task complexity", "Сложность задач", "Тапсырма күрделілігі"),
    "cdio_syllabus_version": ("CDIO Syllabus version", "Версия CDIO Syllabus", "CDIO Syllabus нұсқасы"),
    "synthetic": ("Synthetic", "Синтетические данные", "Синтетикалық деректер"),
    "synthetic_note": ("Note on synthetic data", "О синтетических данных", "Синтетикалық деректер туралы"),
}

TERM_COLUMNS: Final[Names] = {
    "no": ("Term", "Семестр", "Семестр нөмірі"),
    "year": ("Year", "Курс", "Оқу жылы"),
    "season": ("Season", "Время года", "Мезгіл"),
}

COURSE_COLUMNS: Final[Names] = {
    "code": ("Code", "Код", "Коды"),
    "title_kk": ("Title in Kazakh", "Название на казахском", "Қазақша атауы"),
    "title_ru": ("Title in Russian", "Название на русском", "Орысша атауы"),
    "title_en": ("Title in English", "Название на английском", "Ағылшынша атауы"),
    "ects": ("Credits", "Кредиты", "Кредиттер"),
    "term": ("Term", "Семестр", "Семестр нөмірі"),
    "cycle": ("Cycle", "Цикл", "Цикл түрі"),
    "delivery": ("Delivery", "Форма", "Өткізу түрі"),
    "contact": ("Contact hours", "Контактные часы", "Байланыс сағаттары"),
    "lab": ("Laboratory hours", "Лабораторные часы", "Зертхана сағаттары"),
    "self_study": ("Self-study hours", "Самостоятельная работа, часы", "Өздік жұмыс сағаттары"),
    "prerequisites": ("Prerequisites", "Пререквизиты", "Пререквизиттер"),
    "corequisites": ("Corequisites", "Кореквизиты", "Кореквизиттер"),
    "strict_corequisites": ("Strict corequisites", "Строгие кореквизиты", "Қатаң кореквизиттер"),
    "features": ("Features", "Признаки", "Белгілер"),
}
REQUIRED_COURSE_COLUMNS: Final = ("code", "ects")

TARGET_COLUMNS: Final[Names] = {
    "item": ("Item", "Пункт", "Тармақ"),
    "target": ("Target level", "Целевой уровень", "Мақсатты деңгей"),
    "entry": ("Level at entry", "Уровень при поступлении", "Қабылдау деңгейі"),
}

OUTCOME_COLUMNS: Final[Names] = {
    "course": ("Course", "Дисциплина", "Пән"),
    "code": ("Code", "Код", "Коды"),
    **LANGUAGE_COLUMNS,
}

MATRIX_COURSE: Final[Names] = {"course": ("Course", "Дисциплина", "Пән"), "title": ("Title", "Название", "Атауы")}

#: More names under which columns are met, all in small letters.
ALSO: Final[Mapping[str, tuple[str, ...]]] = {
    "ects": ("ects", "credits", "кредит", "кол-во кредитов", "кредит саны"),
    "term": ("semester", "term"),
    "code": ("course code", "код дисциплины", "пән коды", "id"),
    "self_study": ("self-study", "срс", "сөж", "self study hours"),
    "contact": ("contact", "контакт"),
    "lab": ("lab hours", "lab", "лаборатория"),
    "prerequisites": ("prerequisite", "пререквизит", "pre"),
    "corequisites": ("corequisite", "кореквизит", "co"),
    "no": ("no", "№"),
}

#: Words of values, to what the plan keeps.
WORDS: Final[Mapping[str, str]] = {
    "осень": "autumn", "күз": "autumn", "fall": "autumn", "зима": "winter", "қыс": "winter", "весна": "spring", "көктем": "spring",
    "лето": "summer", "жаз": "summer",
    "общеобразовательный": "general", "жалпы": "general", "базовый": "basic", "базалық": "basic",
    "профилирующий": "major", "бейіндік": "major", "другой": "other", "басқа": "other",
    "лекция": "lecture", "лекции": "lecture", "дәріс": "lecture", "лаборатория": "lab", "зертхана": "lab", "практика": "practice",
    "тәжірибе": "practice", "проект": "project", "жоба": "project", "дипломная работа": "thesis", "диплом": "thesis",
    "семестр": "semester", "семестровая": "semester", "четверть": "quarter", "тоқсан": "quarter",
    "да": "true", "иә": "true", "нет": "false", "жоқ": "false",
}


def name_of(names: Names, key: str, language: str) -> str:
    """Heading in a language."""
    return names[key][_ORDER.get(language, 0)]


def key_of(names: Names, heading: str) -> str:
    """Key of a heading in any of the languages, whatever its case; empty when it is none of them."""
    wanted = plain_title(heading)
    for key, said in names.items():
        if wanted == key or wanted in ALSO.get(key, ()) or wanted in {plain_title(name) for name in said}:
            return key
    return ""


def plain_names(names: Names) -> set[str]:
    """All under which a key may be met, as they are compared."""
    return {wanted for key, said in names.items() for wanted in (key, *ALSO.get(key, ()), *map(plain_title, said))}


def all_names(names: Names) -> list[str]:
    return [name.lower() for said in names.values() for name in said]
