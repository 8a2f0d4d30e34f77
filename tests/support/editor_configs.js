// What the editor makes of a config, without a server: run in a page that shows some task.

const found = (config, data, result) => {
  const store = window.Htx;
  const errors = [];
  const log = console.error;
  console.error = (...words) => errors.push(words.map((word) => String(word?.message ?? word)).join(" "));
  try {
    store.resetState();
    store.annotationStore.afterReset();
    store.assignTask({ id: 1, data });
    store.assignConfig(config);
    store.initializeStore({ annotations: [{ id: "1", result }], predictions: [] });
    const annotations = store.annotationStore;
    annotations.selectAnnotation(annotations.annotations[0].id);
    errors.push(...(annotations.validation ?? []).map((each) => String(each.value)));
    return { errors, result: annotations.selected.serializeAnnotation(), shown: shown(annotations) };
  } catch (error) {
    return { errors: [...errors, String(error)], result: [], shown: [] };
  } finally {
    console.error = log;
  }
};

// The texts of headings, labels and choices, with the task's data in them.
const shown = (annotations) => {
  const texts = [];
  const walk = (tag) => {
    if (["header", "label", "choice"].includes(tag.type)) texts.push(tag._value);
    tag.children?.forEach?.(walk);
  };
  walk(annotations.selected.root);
  return texts;
};

// Of each tag in a config: its attributes, each with how the model describes its type.
const models = (config, data) => {
  const store = window.Htx;
  store.resetState();
  store.assignTask({ id: 1, data });
  store.assignConfig(config);
  const tags = {};
  const walk = (tag) => {
    const types = tag.$treenode.type.properties ?? {};
    tags[tag.type] = Object.fromEntries(
      Object.entries(types).map(([name, type]) => [name, describe(type)]),
    );
    tag.children?.forEach?.(walk);
  };
  walk(store.annotationStore.root);
  return tags;
};

const describe = (type) => {
  try {
    return type.describe();
  } catch {
    return "";
  }
};
