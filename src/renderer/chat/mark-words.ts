// A rehype plugin: walks the words of rendered Markdown in order and marks those that differ. Nothing else of the tree changes.

interface TreeNode {
  readonly type: string;
  value?: string;
  tagName?: string;
  properties?: Record<string, unknown>;
  children?: TreeNode[];
}

export interface MarkOptions {
  /** Indices of words, counted through the whole text. */
  readonly marked: ReadonlySet<number>;
  readonly className: string;
}

const PIECES = /\s+|\S+/g;

function markOf(value: string, className: string): TreeNode {
  return {
    type: 'element',
    tagName: 'mark',
    properties: { className: [className] },
    children: [{ type: 'text', value }],
  };
}

/** Neighbouring marked words share one mark, blanks between them included. */
function splitText(text: string, state: { next: number }, { marked, className }: MarkOptions): TreeNode[] {
  const nodes: TreeNode[] = [];
  let open = '';
  let blank = '';
  const close = () => {
    if (open !== '') nodes.push(markOf(open, className));
    if (blank !== '') nodes.push({ type: 'text', value: blank });
    open = '';
    blank = '';
  };
  for (const piece of text.match(PIECES) ?? []) {
    if (/^\s/.test(piece)) {
      if (open === '') nodes.push({ type: 'text', value: piece });
      else blank = piece;
      continue;
    }
    const isMarked = marked.has(state.next);
    state.next += 1;
    if (isMarked) {
      open += blank + piece;
      blank = '';
    } else {
      close();
      nodes.push({ type: 'text', value: piece });
    }
  }
  close();
  return nodes;
}

function walk(node: TreeNode, state: { next: number }, options: MarkOptions): void {
  if (node.children === undefined) return;
  node.children = node.children.flatMap((child) => {
    if (child.type === 'text') return splitText(child.value ?? '', state, options);
    walk(child, state, options);
    return [child];
  });
}

export function markWords(options: MarkOptions) {
  return (tree: TreeNode): void => walk(tree, { next: 0 }, options);
}

/** The words of the tree in the order that `markWords` counts them. */
export function collectWords(into: string[]) {
  const visit = (node: TreeNode): void => {
    if (node.type === 'text') into.push(...((node.value ?? '').match(/\S+/g) ?? []));
    for (const child of node.children ?? []) visit(child);
  };
  return () => visit;
}
