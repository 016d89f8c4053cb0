/** For whoever words what a caller is told. */
export { withArticle } from '../engine/with-article.js';
