import { ArticleField, ArticlesApi, Configuration, ResponseError } from "./api";
import { base, check, key } from "./check";

const articles = new ArticlesApi(new Configuration({ basePath: base, accessToken: key }));

const list = await articles.listArticles({ fields: [ArticleField.Headline, ArticleField.PublishedAt], limit: 2 });
check(list.data.length === 2, "the list has two articles");
const [first] = list.data;
check(first?.headline !== undefined && first.version === undefined, "they have the fields that were asked for alone");

const created = await articles.createArticle({ articleInput: { language: "ar", headline: "خبر من openapi-generator" } });
const id: string = created.id;

const read = await articles.readArticle({ id });
check(read.headline === created.headline && read.version === created.version, "it is read whole, and the same");

async function statusOf(call: Promise<unknown>): Promise<number> {
    try {
        await call;
        return 200;
    } catch (error) {
        if (error instanceof ResponseError) return error.response.status;
        throw error;
    }
}
check((await statusOf(articles.readArticle({ id: "nothing-of-this-name" }))) === 404, "what is not there answers 404");
const stale = articles.updateArticle({ id, ifMatch: '"999"', articlePatch: { standfirst: "x" } });
check((await statusOf(stale)) === 412, "a stale version answers 412");
