// The API reference's own step in TypeDoc: what a door exports as a type is told as a type.
import { Comment, Converter, ReflectionKind } from 'typedoc';

const isText = (type) => type.isStringLiteral();

/** What to call a parameter that is taken apart where it is taken: by its type. */
const named = ({ type }) => {
  if (type?.type === 'reference')
    return /Options$/.test(type.name)
      ? 'options'
      : type.name.replace(/^[A-Z]/, (first) => first.toLowerCase());
  const parts = type?.declaration?.children ?? [];
  return parts.some(({ name }) => name === 'runs') ? 'client' : 'options';
};

/** @param {import('typedoc').Application} app */
export const load = ({ converter }) => {
  // A set of texts is told by its texts, and not by the table that it is computed from.
  converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    if (!reflection.kindOf(ReflectionKind.TypeAlias)) return;
    const symbol = context.getSymbolFromReflection(reflection);
    const type = symbol && context.checker.getDeclaredTypeOfSymbol(symbol);
    if (!type?.isUnion() || !type.types.every(isText)) return;
    reflection.comment ??= new Comment();
    reflection.comment.modifierTags.add('@useDeclaredType');
  });

  // Beside many a type stands its codec, of the same name, which `export type` leaves inside. Its
  // comment is that of both.
  converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const reflection of Object.values(project.reflections))
      if (reflection.name === '__namedParameters') reflection.name = named(reflection);

    // Where the contract is quoted is of use beside the code only.
    for (const { comment } of Object.values(project.reflections))
      for (const part of [comment?.summary, ...(comment?.blockTags ?? []).map((tag) => tag.content)]
        .flat()
        .filter((part) => part?.kind === 'text'))
        part.text = part.text.replace(/\s*\[wire\b[^\]]*\]/g, '');
    for (const { children = [] } of project.children ?? []) {
      for (const { extendedTypes } of children)
        if (extendedTypes?.[0]?.name === 'TypeOf') extendedTypes.length = 0;
      const isCodec = ({ kind, type }) =>
        kind === ReflectionKind.TypeAlias &&
        type?.type === 'reference' &&
        /^(Parameters|Type)$/.test(type.name);
      for (const codec of children.filter(isCodec)) {
        const type = children.find((other) => other !== codec && other.name === codec.name);
        if (type === undefined) continue;
        type.comment ??= codec.comment;
        project.removeReflection(codec);
      }
    }
  });
};
