/** Does something with a value, but only when it is another than the last one, compared as JSON. */
export function whenChanged<Value>(action: (value: Value) => void): (value: Value) => void {
  let last: string | undefined;
  return (value) => {
    const text = JSON.stringify(value);
    if (text === last) return;
    last = text;
    action(value);
  };
}
