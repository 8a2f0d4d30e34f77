"""Tags of the Community editor 1.23 and their attributes, taken from the editor's own models.

`tests/live/editor/test_editor_configs.py` reads them from the running editor; `WRITE_TAGS=1`
rewrites the table.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping

from .colours import is_colour

# The suffix of a name is its type: ? true or false, # a colour, % a number from 0 to 1, = one of
# these words, ! not settable in a config; none, text.
TABLE = """
audio: autocenter? cursorcolor# cursorwidth decoder=ffmpeg|webaudio|none defaultscale defaultspeed
  defaultvolume defaultzoom height hotkey muted? name player=html5|webaudio resolver scrollparent?
  showlabels? showscores? spectrogram? speed? splitchannels? sync value volume? waveheight zoom?
audioplus: autocenter? cursorcolor# cursorwidth decoder=ffmpeg|webaudio|none defaultscale
  defaultspeed defaultvolume defaultzoom height hotkey muted? name player=html5|webaudio resolver
  scrollparent? showlabels? showscores? spectrogram? speed? splitchannels? sync value volume?
  waveheight zoom?
bitmask: name smart? smartonly? strokewidth toname
bitmasklabels: allowempty? choice=single|multiple fillcolor# fillopacity% groupdepth maxusages
  name opacity% resolver showinline? smart? smartonly? strokecolor# strokewidth toname value
  visible?
brush: name smart? smartonly? strokewidth toname
brushlabels: allowempty? choice=single|multiple fillcolor# fillopacity% groupdepth maxusages name
  opacity% resolver showinline? smart? smartonly? strokecolor# strokewidth toname value visible?
bucket: default? name title
channel: column datarange displayformat fixedscale? height
  interpolation=curvebasis|curveBasisOpen|curveBundle|curveCardinal|curveCardinalOpen|curveCatmullRom|curveCatmullRomOpen|curveLinear|curveMonotoneX|curveMonotoneY|curveNatural|curveRadial|curveStep|curveStepAfter|curveStepBefore
  legend markercolor markersize markersymbol showaxis? showyaxis? strokecolor strokewidth
  timerange units
choice: alias color hint hotkey html readonly? resolver selected? style value visible?
choices: allownested? choice=single|single-radio|multiple displaymode=tag|region-list
  layout=select|inline|vertical name peritem? perregion? required? requiredmessage resolver
  showinline? smart? smartonly? toname value visible? visiblewhen whenchoicevalue whenlabelvalue
  whenrole whentagname
collapse: accordion? bordered? open? resolver size style value
custominterface: name smart? smartonly?
datetime: defaultvalue displaymode=tag|region-list format hotkey max min name only peritem?
  perregion? required? requiredmessage smart? smartonly? step toname whenlabelvalue
dialog: name value
ellipse: canrotate? fillcolor# fillopacity% name opacity% smart? smartonly? strokecolor#
  strokewidth toname
ellipselabels: allowempty? canrotate? choice=single|multiple fillcolor# fillopacity% groupdepth
  maxusages name opacity% resolver showinline? smart? smartonly? strokecolor# strokewidth toname
  value visible?
filter: casesensetive? cleanup? hotkey minlength name placeholder resolver toname
header: resolver size style underline? value
hypertext: clickablelinks? dynamic? encoding=none|base64|base64unicode filtered?
  granularity=symbol|word|sentence|paragraph highlightcolor# inline? item_index! name
  origin=prediction|prediction-changed|manual readonly? resolver savetextresult=none|no|yes score!
  selectionenabled? showlabels? value valuetype=text|url
hypertextlabels: allowempty? choice=single|multiple fillcolor# fillopacity% groupdepth maxusages
  name opacity% resolver showinline? smart? smartonly? strokecolor# strokewidth toname value
  visible?
image: brightnesscontrol? contrastcontrol? crosshair? crossorigin=none|anonymous|use-credentials
  defaultzoom=auto|original|fit grid? gridcolor# gridsize height
  horizontalalignment=left|center|right lazyoff? maxheight maxwidth
  mode=drawing|viewing|brush|eraser name negativezoom? resize! rotatecontrol? selectioncontrol?
  showlabels? smoothing? value valuelist verticalalignment=top|center|bottom width zoom? zoomby
  zoomcontrol?
keypoint: fillcolor# name opacity% smart? smartonly? snap strokecolor# strokewidth toname
keypointlabels: allowempty? choice=single|multiple fillcolor# fillopacity% groupdepth maxusages
  name opacity% resolver showinline? smart? smartonly? snap strokecolor# strokewidth toname value
  visible?
label: alias aliasstyle background# granularity=symbol|word|sentence|paragraph groupcancontain
  hint hotkey html maxusages resolver selected? selectedcolor# showalias? size value visible?
labels: allowempty? choice=single|multiple fillcolor# fillopacity% groupdepth maxusages name
  opacity% resolver showinline? smart? smartonly? strokecolor# strokewidth toname value visible?
list: name resolver title value
magicwand: blurradius defaultthreshold name opacity% smart? smartonly? toname
markdown: classname idattr resolver style value visiblewhen whenchoicevalue whenlabelvalue
  whenrole whentagname
multichannel: fixedscale? height showaxis? showyaxis?
number: defaultvalue displaymode=tag|region-list hotkey max min name number! peritem? perregion?
  required? requiredmessage slider? smart? smartonly? step toname whenlabelvalue
pagedview:
pairwise: leftclass name rightclass selected=left|right|none selectionstyle smart? smartonly?
  toname
panel: open? resolver value
paragraphlabels: allowempty? choice=single|multiple fillcolor# fillopacity% groupdepth maxusages
  name opacity% resolver showinline? smart? smartonly? strokecolor# strokewidth toname value
  visible?
paragraphs: audiourl contextscroll? dynamic? filtered? highlightcolor item_index!
  layout=none|dialogue name namekey origin=prediction|prediction-changed|manual readonly?
  savetextresult=none|no|yes score! showlabels? showplayer? sync textkey value valuetype=json|url
pdf: name resolver value
polygon: fillcolor# name opacity% pointsize pointstyle smart? smartonly? snap strokecolor#
  strokewidth toname
polygonlabels: allowempty? choice=single|multiple fillcolor# fillopacity% groupdepth maxusages
  name opacity% pointsize pointstyle resolver showinline? smart? smartonly? snap strokecolor#
  strokewidth toname value visible?
ranker: collapsible? name smart? smartonly? toname
rating: defaultvalue displaymode=tag|region-list hotkey icon maxrating name peritem? perregion?
  rating! required? requiredmessage size smart? smartonly? toname whenlabelvalue
rectangle: canrotate? fillcolor# fillopacity% name opacity% smart? smartonly? snap strokecolor#
  strokewidth toname
rectanglelabels: allowempty? canrotate? choice=single|multiple fillcolor# fillopacity% groupdepth
  maxusages name opacity% resolver showinline? smart? smartonly? snap strokecolor# strokewidth
  toname value visible?
relation: background# value
relations: choice=single|multiple
shortcut: alias background# hotkey resolver value
style: value
table: name resolver value valuetype
taxonomy: apiurl displaymode=tag|region-list dropdownwidth labeling? leafsonly? legacy? maxusages
  maxwidth minwidth name pathseparator peritem? perregion? placeholder required? requiredmessage
  resolver sharedstore showfullpath? smart? smartonly? toname value visiblewhen whenchoicevalue
  whenlabelvalue whenrole whentagname
text: clickablelinks? dynamic? encoding=none|base64|base64unicode filtered?
  granularity=symbol|word|sentence|paragraph highlightcolor# inline? item_index! name
  origin=prediction|prediction-changed|manual readonly? resolver savetextresult=none|no|yes score!
  selectionenabled? showlabels? value valuetype=text|url
textarea: allowsubmit? displaymode=tag|region-list editable? label maxsubmissions name peritem?
  perregion? placeholder required? requiredmessage resolver rows showsubmitbutton? skipduplicates?
  smart? smartonly? toname transcription? value visiblewhen whenchoicevalue whenlabelvalue
  whenrole whentagname
timelinelabels: allowempty? choice=single|multiple fillcolor# fillopacity% groupdepth maxusages
  name opacity% resolver showinline? smart? smartonly? strokecolor# strokewidth toname value
  visible?
timeseries: cursorcolor durationdisplayformat fixedscale? hotkey multiaxis? name overviewchannels
  overviewwidth sep sync timecolumn timedisplayformat timeformat value valuetype=url|json width!
timeserieslabels: allowempty? choice=single|multiple fillcolor fillopacity% groupdepth maxusages
  name opacity resolver showinline? smart? smartonly? strokecolor# strokewidth toname value
  visible?
vector: closable? curves? fillcolor# maxpoints minpoints name opacity% pointsize pointsizedisabled
  pointsizeenabled pointstyle skeleton? smart? smartonly? snap strokecolor# strokewidth toname
vectorlabels: allowempty? choice=single|multiple closable? curves? fillcolor# fillopacity%
  groupdepth maxpoints maxusages minpoints name opacity% pointsize pointsizedisabled
  pointsizeenabled pointstyle resolver showinline? skeleton? smart? smartonly? snap strokecolor#
  strokewidth toname value visible?
video: defaultplaybackspeed framerate height hotkey minplaybackspeed muted? name resolver sync
  timelineheight value
videorectangle: name smart? smartonly? toname
view: classname display idattr style visiblewhen whenchoicevalue whenlabelvalue whenrole
  whentagname
"""
BOOLEAN, COLOUR, FRACTION, ENUM, UNSETTABLE = "?#%=!"
_ENTRY = re.compile(r"([a-z_]+)([?#%!]|=.*)?")
BREAKS = "the editor cannot open tasks with it"
_NUMBER = re.compile(r"\s*[+-]?(\d+(?:\.\d*)?|\.\d+)([eE][+-]?\d+)?")  # what parseFloat reads


@functools.lru_cache(maxsize=1)
def attributes() -> Mapping[str, Mapping[str, str]]:
    """Return the values that each attribute of each tag accepts; names are in lower case."""
    tags: dict[str, dict[str, str]] = {}
    lines = TABLE.replace("\n  ", " ").split("\n")
    for tag, _, names in (line.partition(":") for line in lines if line):
        found = (_ENTRY.fullmatch(name) for name in names.split())
        tags[tag] = {each[1]: each[2] or "" for each in found if each}
    return tags


def check_attributes(kind: str, options: Mapping[str, str]) -> Iterator[str]:
    """Yield a message for each attribute value that the editor rejects."""
    takes = attributes().get(kind, {})
    for name in sorted(takes.keys() & options.keys()):
        problem = _problem(name, options[name], takes[name])
        if problem:
            yield problem


def _problem(name: str, value: str, takes: str) -> str:
    sign, words = takes[:1], takes[1:].split("|")
    if sign == BOOLEAN and value not in ("true", "false"):
        return f"{name}= must be 'true' or 'false', not {value!r}."
    if sign == ENUM and value not in words:
        return f"{name}= must be one of {', '.join(words)}, not {value!r}."
    if sign == COLOUR and not is_colour(value):
        return f"{name}= must be a colour such as 'red' or '#ff8800', not {value!r}: {BREAKS}."
    if sign == FRACTION and not _is_fraction(value):
        return f"{name}= must be a number between 0 and 1, not {value!r}: {BREAKS}."
    if sign == UNSETTABLE:
        return f"{name}= cannot be set in a config: {BREAKS}."
    if not sign and name != "value" and value in ("true", "false"):
        return f"{name}= must be text, but the editor reads {value!r} as a boolean: {BREAKS}."
    return ""


def _is_fraction(value: str) -> bool:
    found = _NUMBER.match(value)
    return found is not None and 0 <= float(found[0]) <= 1
