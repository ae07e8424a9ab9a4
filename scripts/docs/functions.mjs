// A plugin of TypeDoc that shows an export which is made by `userCall` as a function instead of a variable.
export function load(app) {
  const { converter } = app;
  const { convertSymbol } = converter;
  const patched = new WeakSet();
  converter.convertSymbol = (context, symbol, exported) => {
    const prototype = Object.getPrototypeOf(context);
    if (!patched.has(prototype)) {
      patched.add(prototype);
      const { getComment } = prototype;
      prototype.getComment = function (symbol, kind) {
        const comment = getComment.call(this, symbol, kind);
        const called = symbol.valueDeclaration?.initializer?.expression;
        if (called?.escapedText === 'userCall') comment?.modifierTags.add('@function');
        return comment;
      };
    }
    return convertSymbol.call(converter, context, symbol, exported);
  };
}
