// What the tests do in the page of the real editor; it runs before the page's own scripts.
(() => {
  const EVERY = 25; // ms
  const STILL = 4; // times, one after another
  const LONG = 50000; // ms
  const errors = [];

  // The editor remembers what it showed last, such as the visible range of a series: not in tests.
  if (location.protocol === "http:") localStorage.clear();

  // A picture may come after the page has made its annotation anew: nobody is told of that.
  const isLate = (message) => message.includes("[dead]");
  addEventListener("error", ({ message }) => message && !isLate(message) && errors.push(message));
  addEventListener("unhandledrejection", (event) => errors.push(String(event.reason)));

  // Requests to the server that are under way, annotations that it took, and what it refused.
  let asked = 0;
  let taken = 0;
  const fetched = window.fetch;
  window.fetch = async (resource, options) => {
    const { href, host, pathname } = new URL(resource?.url ?? resource, location);
    if (host !== location.host) return fetched(resource, options);
    const method = options?.method ?? resource?.method ?? "GET";
    asked += 1;
    try {
      const answer = await fetched(resource, options);
      if (method !== "GET" && !answer.ok) errors.push(`${method} ${href}: ${answer.status}`);
      else if (method !== "GET" && /\/annotations(\/\d+)?\/?$/.test(pathname)) taken += 1;
      return answer;
    } finally {
      asked -= 1;
    }
  };

  const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
  const until = async (what, condition) => {
    const end = performance.now() + LONG;
    for (;;) {
      const found = condition();
      if (found) return found;
      if (performance.now() > end) throw new Error(`waited in vain: ${what}`);
      await pause(EVERY);
    }
  };
  const editor = () => window.Htx;
  const current = () => editor().annotationStore.selected;
  const told = () => [...(editor()?.annotationStore?.validation ?? [])];

  const opened = (task) => {
    const store = editor();
    if (!store || store.isLoading || String(store.task?.id) !== String(task)) return false;
    return Boolean(store.annotationStore.selected);
  };
  const ready = () => told().length > 0 || current().objects.every(loaded);
  const loaded = (object) => {
    if (object.type === "image") return object.currentImageEntity?.error || (object.imageIsLoaded && object.isReady);
    if (object.type === "video") return object.length > 1 && object.ref.current;
    if (object.type === "audio") return object._ws?.duration > 0;
    if (object.type === "timeseries") return object.data && document.querySelector(".new_brush .overlay");
    return object.isReady !== false;
  };

  // Until nothing moves any more: the page selects its annotation and sets its sizes several times.
  const state = () =>
    JSON.stringify([
      editor()?.annotationStore?.selected?.id,
      editor()?.annotationStore?.selected?.areas?.size,
      [...document.querySelectorAll("canvas, img, iframe, .overlay")].map((each) => each.getBoundingClientRect()),
    ]);
  const settle = async () => {
    let last;
    let times = 0;
    await until("what moves", () => {
      const now = state();
      times = now === last && asked === 0 ? times + 1 : 0;
      last = now;
      return times >= STILL;
    });
  };

  const view = () => document.querySelector(".lsf-main-view") ?? document.body;
  const wordsOf = (element) => element.innerText?.replace(/\[\w\]\s*$/, "").trim(); // but hotkeys
  const rootOf = (tag) => {
    const shown = current().names.get(tag);
    const node =
      shown.mountNodeRef?.current ?? document.querySelector("[class*=phraseContainer]").parentNode;
    return node.contentDocument?.body ?? node;
  };
  const placeOf = (root, words) => {
    const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const at = node.data.indexOf(words);
      if (at >= 0) return [node, at];
    }
    throw new Error(`no text node has ${JSON.stringify(words)}`);
  };

  window.tests = {
    settle,

    errors: () => {
      const modals = [...document.querySelectorAll(".ant-modal-confirm-content, .lsf-errors")];
      return [
        ...errors,
        ...told().map((each) => [each.error, each.modelName, each.field, each.value].join(" ").trim()),
        ...modals.map((each) => each.innerText),
      ];
    },

    open: async (task, kind, id) => {
      await until(`task ${task}`, () => opened(task));
      await settle();
      if (kind) {
        const store = editor().annotationStore;
        const list = kind === "annotation" ? store.annotations : store.predictions;
        const found = await until(`${kind} ${id}`, () => list.find((each) => each.pk === String(id)));
        if (kind === "annotation") store.selectAnnotation(found.id);
        else store.selectPrediction(found.id);
      }
      await until("what it shows", ready);
      await settle();
    },

    // What breaks the editor does so as it is opened, or a while after, when the media are there.
    openBroken: async (words, task, kind, id) => {
      await tests.open(task, kind, id).catch((error) => errors.push(String(error)));
      await until(`an error: ${words}`, () => tests.errors().some((each) => each.includes(words)));
    },

    awaitText: (words) => until(`the text ${words}`, () => view().innerText.includes(words)),

    result: () => JSON.parse(JSON.stringify(current().serializeAnnotation())),

    awaitRegions: (count) =>
      until(`${count} regions`, () => !current().isDrawing && current().regionStore.regions.length === count)
        .then(settle),

    // The button Update is dead until something was changed; what it calls is not.
    save: async () => {
      const store = editor();
      const before = taken;
      store.submitAnnotation(); // updates what is there already
      await until("saving", () => !store.isSubmitting && asked === 0);
      if (taken === before) throw new Error("it was not saved");
    },

    highlighted: () =>
      current().regionStore.regions.map((region) =>
        (region._spans ?? []).map((each) => each.textContent).join(""),
      ),

    select: (index) => current().selectArea(current().regionStore.regions[index]),

    text: () => view().innerText,

    find: (words) => {
      const found = [...view().querySelectorAll("*")].filter((each) => wordsOf(each) === words).at(-1);
      if (!found) throw new Error(`nothing has the words ${JSON.stringify(words)}`);
      found.scrollIntoView({ block: "nearest" });
      const { x, y, width, height } = found.getBoundingClientRect();
      return [x + width / 2, y + height / 2];
    },

    place: (selector) => {
      const found = view().querySelector(selector) ?? document.querySelector(selector); // a menu
      if (!found) throw new Error(`there is no ${selector}`);
      const { x, y, width, height } = found.getBoundingClientRect();
      return [x, y, width, height];
    },

    mark: async (tag, start, end) => {
      const root = rootOf(tag);
      const view = root.ownerDocument.defaultView;
      const [first, from] = placeOf(root, start);
      const [last, to] = placeOf(root, end);
      const before = current().areas.size;
      view.getSelection().setBaseAndExtent(first, from, last, to + end.length);
      last.parentElement.dispatchEvent(new MouseEvent("mouseup", { bubbles: true, view }));
      await until("a region", () => current().areas.size > before);
    },
  };
})();
