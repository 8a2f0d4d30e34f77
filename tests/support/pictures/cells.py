"""What the pictures of the documentation show: cells of a notebook, each with a name.

Cells without a name prepare the next ones. `make pictures` runs them and photographs their outputs.
"""

# ruff: noqa: B018, E402

# %%
from random import Random

from label_studio_orm import (
    Box,
    Brush,
    Interval,
    KeyFrame,
    LabelConfig,
    LabelStudio,
    Polygon,
    Span,
    Task,
    Track,
    choices,
    labels,
    tag,
)
from support.pictures import street

ls = LabelStudio()

# %%
config = LabelConfig.create(
    {
        "image": "Image",
        "vehicle": labels({"car": "#1f77d0", "bus": "#e8590c"}),
        "ground": labels({"crossing": "#b5179e"}, tag_type="PolygonLabels"),
        "plant": labels({"tree": "#12a150"}, tag_type="BrushLabels"),
        "weather": choices("sunny", "cloudy", "rain"),
    }
)
streets = ls.projects.create(title="Street scenes", label_config=config)
for number in (1, 2):
    street.draw(f"street-{number}.png", seed=number)
streets.upload_files(["street-1.png", "street-2.png"], data={"camera": "north"})
cars = [Box("car", pixels=box) for box in street.CARS.values()]
answer = {
    "vehicle": [*cars, Box("bus", pixels=street.BUS)],
    "ground": [Polygon("crossing", pixels=street.CROSSING)],
    "plant": [Brush("tree", mask=street.tree_mask())],
    "weather": "sunny",
}
found = [
    Box("car", pixels=(36, 176, 128, 50), score=0.93),
    Box("car", pixels=(198, 114, 88, 84), score=0.48),
]
for task in streets.tasks:
    task.annotate(answer, size=street.SIZE)
    task.predict({"vehicle": found}, size=street.SIZE, model_version="detector-2", score=0.48)
    task.path("image")
task = streets.tasks[0]

# %% task
task.refresh()

# %% gallery
streets.tasks.show(2)

# %% project
streets.refresh()

# %% config
config

# %%
people = labels({"person": "#d33f6a", "organization": "#4a6fe3", "place": "#11873a"})
science = ls.projects.create(
    title="People in science",
    label_config=LabelConfig.create({"text": "Text", "entities": people}),
)
TEXT = (
    "In 1906 Marie Curie became the first woman to teach at the University of Paris. Her "
    "daughter Irène studied at the Radium Institute, which Curie had founded with the "
    "Pasteur Institute."
)
science.import_tasks([{"text": TEXT}])
(text,) = science.tasks
text.annotate(
    {
        "entities": [
            Span("person", quote="Marie Curie"),
            Span("organization", quote="University of Paris"),
            Span("place", quote="Paris"),
            Span("person", quote="Irène"),
            Span("organization", quote="Radium Institute"),
            Span("organization", quote="Pasteur Institute"),
        ]
    }
)
text.predict(
    {"entities": [Span("person", quote="Marie Curie"), Span("place", quote="Paris")]},
    model_version="tagger-1",
    score=0.71,
)

# %% text
text.refresh()

# %%
talk_config = LabelConfig.create(
    {
        "dialogue": tag("Paragraphs", layout="dialogue"),
        "acts": labels({"question": "#4a6fe3", "offer": "#e8590c"}, tag_type="ParagraphLabels"),
        "solved": choices("yes", "no"),
        "note": tag("TextArea"),
    }
)
TALK = [
    {"author": "Customer", "text": "Hello, my parcel has not arrived. Where is it?"},
    {"author": "Agent", "text": "I am sorry. It waits for you at the post office."},
    {"author": "Agent", "text": "Shall I have it brought to your door tomorrow?"},
    {"author": "Customer", "text": "Yes, please. Before noon?"},
]
talks = ls.projects.create(title="Support", label_config=talk_config)
talks.import_tasks([{"dialogue": TALK}])
(talk,) = talks.tasks
talk.annotate(
    {
        "acts": [
            Span("question", paragraph=0, quote="Where is it?"),
            Span("offer", paragraph=2, quote="Shall I have it brought to your door tomorrow?"),
            Span("question", paragraph=3, quote="Before noon?"),
        ],
        "solved": "yes",
        "note": "A second delivery without a fee.",
    }
)

# %% dialogue
talk.refresh()

# %%
from support.media import sound

with open("call-1.wav", "wb") as file:  # noqa: PTH123
    file.write(sound(14))
calls = ls.projects.create(
    title="Calls",
    label_config=LabelConfig.create(
        {
            "audio": "Audio",
            "speaker": labels({"agent": "#e8590c", "customer": "#4a6fe3"}),
            "words": tag("TextArea", perRegion=True),
            "quality": tag("Rating"),
        }
    ),
)
calls.upload_files("call-1.wav")
(call,) = calls.tasks
TURNS = [
    ("agent", 0.4, 3.1, "Good morning, how can I help you?"),
    ("customer", 3.4, 7.8, "My parcel has not arrived."),
    ("agent", 7.2, 9.6, "I am sorry to hear that."),
    ("agent", 10.1, 13.2, "It waits for you at the post office."),
]
call.annotate(
    {
        "speaker": [
            Interval(who, start=start, end=end, answers={"words": words})
            for who, start, end, words in TURNS
        ],
        "quality": 4,
    }
)
heard = call.path("audio")

# %% audio
call.refresh()

# %%
films = ls.projects.create(
    title="Street videos",
    label_config=LabelConfig.create(
        {
            "video": tag("Video", frameRate=25),
            "box": "VideoRectangle",
            "what": labels({"red car": "#d9482b", "blue car": "#2f6fd0"}, tag_type="Labels"),
        }
    ),
)
films.upload_files("data/street.webm")
(film,) = films.tasks


def key(frame: int, x: float, *, enabled: bool = True) -> KeyFrame:
    return KeyFrame(percent=(x, 58, 14, 13), frame=frame, enabled=enabled)


film.annotate(
    {
        "box": [
            Track("red car", keyframes=[key(1, 0), key(40, 42), key(80, 85)], frames=80),
            Track(
                "blue car",
                keyframes=[key(12, 86), key(30, 64, enabled=False), key(52, 40), key(80, 5)],
                frames=80,
            ),
        ]
    }
)

# %% video
film.refresh()

# %%
series = ls.projects.create(
    title="Machine 7",
    label_config=LabelConfig.parse(
        """
        <View>
          <TimeSeries name="sensors" value="$readings" valueType="json" timeColumn="time"
                      timeFormat="%Y-%m-%d %H:%M:%S">
            <Channel column="vibration"/>
          </TimeSeries>
          <TimeSeriesLabels name="state" toName="sensors">
            <Label value="start-up" background="#e8590c"/>
            <Label value="running" background="#12a150"/>
            <Label value="fault" background="#d00000"/>
          </TimeSeriesLabels>
        </View>
        """
    ),
)
minutes = range(6 * 60, 18 * 60, 5)
times = [f"2024-03-04 {minute // 60:02}:{minute % 60:02}:00" for minute in minutes]
shake = Random(7)


def vibration(minute: int) -> float:
    """Return what a sensor measures: little at first, and far too much from 13:00 to 14:30."""
    level = min(1.0, (minute - 350) / 100) + 2.5 * (780 <= minute < 870)
    return round(level + shake.gauss(0, 0.1 + level / 10), 2)


readings = {"time": times, "vibration": [vibration(minute) for minute in minutes]}
series.import_tasks([{"machine": "7", "readings": readings}])
(machine,) = series.tasks
machine.annotate(
    {
        "state": [
            Interval("start-up", start="2024-03-04 06:00:00", end="2024-03-04 07:30:00"),
            Interval("running", start="2024-03-04 07:30:00", end="2024-03-04 17:30:00"),
            Interval("fault", start="2024-03-04 13:00:00", end="2024-03-04 14:30:00"),
        ]
    }
)

# %% series
machine.refresh()

# %%
reviews = ls.projects.create(
    title="Film reviews",
    label_config=LabelConfig.create(
        {"text": "Text", "sentiment": choices("Positive", "Negative", "Mixed")}
    ),
)
SAID = [
    ("A fine film, and the best that she has made.", 5, "Positive"),
    ("Two hours that I will not get back.", 1, "Negative"),
    ("Great pictures, but the story goes nowhere.", 3, "Mixed"),
    ("I laughed from the first minute to the last.", 5, "Positive"),
    ("The sound was so bad that we left.", 1, "Negative"),
    ("Slow, and worth every minute.", 4, "Positive"),
]
rows: list[dict[str, object]] = [{"text": text, "stars": stars} for text, stars, _ in SAID]

# %% import
reviews.import_tasks([*rows, {"review": "No text"}, {"text": None}], on_error="collect")

# %%
for review, (_, _, sentiment) in zip(reviews.tasks[:4], SAID, strict=False):
    review.annotate({"sentiment": sentiment})

# %% tasks
reviews.tasks.filter(Task.data["stars"] > 2).head(4)

# %% comparison
streets.compare(predictions="detector-2")

# %% export
streets.export("YOLO", "street-dataset.zip")

# %% error
reviews.tasks[0].annotate({"sentiment": "Positve"})
