// What the tests do in the page of the real editor; it runs before the page's own scripts.
(() => {
  const EVERY = 25; // ms
  const LONG = 25000; // ms
  const errors = [];

  addEventListener("error", (event) => event.message && errors.push(event.message));
  addEventListener("unhandledrejection", (event) => errors.push(String(event.reason)));

  const until = async (what, condition) => {
    const end = performance.now() + LONG;
    for (;;) {
      const found = condition();
      if (found) return found;
      if (performance.now() > end) throw new Error(`waited in vain: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, EVERY));
    }
  };
  const painted = () =>
    new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const editor = () => window.Htx;
  const current = () => editor().annotationStore.selected;
  const broken = () => (editor()?.annotationStore?.validation ?? []).length > 0;

  const opened = (task) => {
    const store = editor();
    if (!store || store.isLoading || String(store.task?.id) !== String(task)) return false;
    return store.annotationStore.selected && !store.annotationStore.selected.loading;
  };
  const ready = () => broken() || current().objects.every(loaded);
  const loaded = (object) => {
    if (object.type === "image") return object.imageIsLoaded;
    if (object.type === "video") return object.length > 1;
    return object.isReady !== false;
  };

  window.tests = {
    errors: () => {
      const told = (editor()?.annotationStore?.validation ?? []).map((each) =>
        [each.error, each.modelName, each.field, each.value?.toString?.()].filter(Boolean).join(" "),
      );
      const modals = [...document.querySelectorAll(".ant-modal-confirm-content, .lsf-errors")];
      return [...errors, ...told, ...modals.map((each) => each.innerText)];
    },

    open: async (task, kind, id) => {
      await until(`task ${task}`, () => opened(task));
      if (kind) {
        const store = editor().annotationStore;
        const list = kind === "annotation" ? store.annotations : store.predictions;
        const found = await until(`${kind} ${id}`, () => list.find((each) => each.pk === String(id)));
        if (kind === "annotation") store.selectAnnotation(found.id);
        else store.selectPrediction(found.id);
      }
      await until("what it shows", ready);
      await painted();
    },

    result: () => JSON.parse(JSON.stringify(current().serializeAnnotation())),

    // The button Update is dead until something was changed; what it calls is not.
    save: async () => {
      const store = editor();
      if (current().sentUserGenerate || current().versions.result) store.updateAnnotation();
      else store.submitAnnotation();
      if (!store.isSubmitting) throw new Error("the editor refuses to save");
      await until("saved", () => !store.isSubmitting);
    },
  };
})();
