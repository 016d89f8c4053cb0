import { DmnModdle } from 'dmn-moddle';
import type { ImportedLanguage } from '../import-model.js';
import { namespaces } from '../namespaces.js';
import { attributesOf } from '../xml/bpmn-attributes.js';
import type { XmlVocabulary } from '../xml/xml-vocabulary.js';
import { onlyDmnChild } from '../xml/only-children.js';

/** The versions of DMN that are read, by the namespace of their models. What later ones add is refused by name. */
const versionByNamespace: Readonly<Record<string, string>> = {
  'https://www.omg.org/spec/DMN/20191111/MODEL/': 'DMN 1.3',
  'https://www.omg.org/spec/DMN/20211108/MODEL/': 'DMN 1.4',
  'https://www.omg.org/spec/DMN/20230324/MODEL/': 'DMN 1.5',
};

/** Older ones, whose names of types and references differ. */
const olderByNamespace: Readonly<Record<string, string>> = {
  'http://www.omg.org/spec/DMN/20130901': 'DMN 1.0',
  'http://www.omg.org/spec/DMN/20151101/dmn.xsd': 'DMN 1.1',
  'http://www.omg.org/spec/DMN/20151101/dmn11.xsd': 'DMN 1.1',
  'http://www.omg.org/spec/DMN/20180521/MODEL/': 'DMN 1.2',
};

/** Vendors' extensions of DMN that are read, where their namespace is another than in BPMN. */
const extensionPrefixes = {
  'http://camunda.org/schema/1.0/dmn': 'camundaDmn',
  'http://operaton.org/schema/1.0/dmn': 'operatonDmn',
};

const readVersions = 'DMN 1.3, 1.4 or 1.5';
const plain = DmnModdle();

/** DMN 1.3 to 1.5 for the guard; the diagram's ids are nobody's concern. */
export const dmnVocabulary: XmlVocabulary = {
  prefixes: {
    ...Object.fromEntries(Object.keys(versionByNamespace).map((uri) => [uri, '{dmn}'])),
    ...Object.fromEntries(Object.entries(olderByNamespace).map(([uri, version]) => [uri, `{${version}}`])),
    [namespaces.xml]: 'xml',
  },
  prefix: '{dmn}',
  root: { name: '{dmn}:definitions', text: `definitions of ${readVersions}` },
  onlyOne: onlyDmnChild,
  attributes: attributesOf(plain.getPackage('dmn').types),
  notThis: 'not-dmn',
  refusedRoot: (name) => {
    const version = /^\{(DMN [\d.]+)\}:/.exec(name)?.[1];
    if (version === undefined) return undefined;
    const message = `Expected a model in ${readVersions} but found ${version}: open it in a modeler of today and save it again.`;
    return { code: 'unsupported-dmn-version', message };
  },
};

/** The language of a file that passed the guard, by the namespaces that it binds. */
export function dmnLanguageOf(uris: Iterable<string>): ImportedLanguage {
  const bound = [...uris];
  const modelUri = bound.find((uri) => Object.hasOwn(versionByNamespace, uri)) ?? plain.getPackage('dmn').uri;
  const diagramUri = bound.find((uri) => /^https:\/\/www\.omg\.org\/spec\/DMN\/\d{8}\/DMNDI\/$/.test(uri));
  const packages = {
    dmn: { ...plain.getPackage('dmn'), uri: modelUri },
    ...(diagramUri !== undefined && { dmndi: { ...plain.getPackage('dmndi'), uri: diagramUri } }),
  };
  return {
    name: versionByNamespace[modelUri] ?? 'DMN',
    prefix: 'dmn',
    notThis: 'not-dmn',
    createModdle: (nsMap) => DmnModdle(packages, { nsMap: { ...nsMap, ...extensionPrefixes } }),
  };
}
