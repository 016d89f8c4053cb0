import { tableNames, type TableRow, type Tables } from './read-tables.js';

/** Answers with the rows of one instance alone, looked up: there may be thousands of instances, each with rows in most tables. */
export function rowsByInstance(tables: Tables): (processInstanceId: string) => Tables {
  const finders = tableNames.map((name) => [name, rowsBy(tables[name], 'process_instance_id')] as const);
  const candidatesOf = rowsBy(tables.user_task_candidate, 'user_task_id');
  return (processInstanceId) => {
    const own = Object.fromEntries(finders.map(([name, find]) => [name, find(processInstanceId)])) as Tables;
    const candidates = own.user_task.flatMap((task) => candidatesOf(String(task['user_task_id'])));
    return { ...own, user_task_candidate: candidates };
  };
}

/** Finds the rows with a text in a column. */
function rowsBy(rows: readonly TableRow[], column: string): (text: string) => readonly TableRow[] {
  const found = new Map<unknown, TableRow[]>();
  for (const row of rows) {
    const others = found.get(row[column]);
    if (others) others.push(row);
    else found.set(row[column], [row]);
  }
  return (text) => found.get(text) ?? [];
}
