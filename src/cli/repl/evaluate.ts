// Evaluates a line, also one copied from a document or module, and suggests a name if one is wrong.

import { type REPLEval, type REPLServer, Recoverable } from 'node:repl';
import { inspect } from 'node:util';
import { owners } from '../../../ffi/rows/owners.ts';
import { closest } from '../../errors/closest.ts';
import { methodName } from '../../registry/shape.ts';
import { isUnfinishedImport, redeclarable, takeImports, withoutTypes } from './pasted.ts';

type Done = (error: Error | null, result?: unknown) => void;

/** Replaces the server's evaluation by one that prepares code for it. @returns `code`, what was typed last */
export function evaluateWith(server: REPLServer): { readonly code: string } {
  const typed = { code: '' };
  const own = server.eval as REPLEval;
  const run = (code: string, file: string, done: Done): void => {
    const { code: plain, unfinished } = withoutTypes(code);
    if (unfinished) done(new Recoverable(new SyntaxError('Unexpected end of input')));
    else
      own.call(server, redeclarable(plain), server.context, file, (error, result) =>
        done(error, result ?? unknownName(code, server.context)),
      );
  };
  const evaluate: REPLEval = (code, _context, file, done) => {
    typed.code = code;
    if (isUnfinishedImport(code))
      done(new Recoverable(new SyntaxError('Unexpected end of input')), undefined);
    else if (!/^\s*import\b(?!\s*[.(])/m.test(code)) run(code, file, done as Done);
    else
      takeImports(code).then(
        ({ code: rest, names }) => {
          Object.assign(server.context, names);
          run(rest, file, done as Done);
        },
        error => done(error, undefined),
      );
  };
  Object.assign(server, { eval: evaluate });
  return typed;
}

/** The object before the last name of `device.createBufer`, and that name. */
function lastName(chain: string, context: object): { owner: unknown; name: string } | undefined {
  const names = chain.split('.');
  const name = names.pop()!;
  let owner: unknown = context;
  for (const one of names) {
    if (owner === null || owner === undefined) return undefined;
    owner = (owner as Record<string, unknown>)[one];
  }
  return names.length === 0 || owner === null || owner === undefined ? undefined : { owner, name };
}

/** The property names of an object and its prototypes. */
function namesOf(owner: unknown): string[] {
  const names: string[] = [];
  for (
    let object = Object(owner);
    object !== null && object !== Object.prototype;
    object = Object.getPrototypeOf(object)
  )
    names.push(...Object.getOwnPropertyNames(object));
  return names;
}

const methods = (): string[] =>
  Object.values(owners).flatMap(list => list.trim().split('\n').map(methodName));

/** For `x is not a function`: the end of a message that suggests a method, or `''` if none is similar. */
export function suggestion(message: string, context: object): string {
  const [, before, name] = /^(.*?)\.?([\w$]+) is not a function$/.exec(message) ?? [];
  if (name === undefined) return '';
  const found = /^[\w$.]+$/.test(before) ? lastName(`${before}.${name}`, context) : undefined;
  const near = closest(name, found === undefined ? methods() : namesOf(found.owner));
  return near === undefined || near === name ? '' : `; did you mean ${near}?`;
}

/** If only a name was typed, of something that does not exist: a value whose text suggests a name. */
function unknownName(code: string, context: object): unknown {
  const chain = code.trim().replace(/;$/, '');
  if (!/^[A-Za-z_$][\w$]*(\.[\w$]+)+$/.test(chain)) return undefined;
  const found = lastName(chain, context);
  if (found === undefined || found.name in Object(found.owner)) return undefined;
  const near = closest(found.name, namesOf(found.owner));
  if (near === undefined) return undefined;
  return { [inspect.custom]: () => `undefined; did you mean ${near}?` };
}
