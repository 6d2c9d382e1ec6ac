/**
 * Runs tasks one after the other, also those that a task adds. If each ran within the one that adds
 * it, a long chain would fill the stack.
 */
export function oneByOne(): (task: () => void) => void {
  const tasks: (() => void)[] = [];
  return (task) => {
    tasks.push(task);
    if (tasks.length > 1) return;
    try {
      for (const next of tasks) next();
    } finally {
      tasks.length = 0;
    }
  };
}
