// A module of clang-tidy (--load) that keeps its checks to the project's own declarations. They walk through those of
// all system headers otherwise, of which nothing is told, and that takes most of their time.
#include <clang-tidy/ClangTidyCheck.h>
#include <clang-tidy/ClangTidyModule.h>
#include <clang-tidy/ClangTidyModuleRegistry.h>
#include <clang/AST/ASTContext.h>
#include <clang/ASTMatchers/ASTMatchFinder.h>

#include <vector>

namespace {

/// Matches the translation unit, which comes first, and says what of it is to be walked through.
class OwnDeclarations final : public clang::tidy::ClangTidyCheck {
 public:
  using ClangTidyCheck::ClangTidyCheck;

  void registerMatchers(clang::ast_matchers::MatchFinder* finder) override {
    finder->addMatcher(clang::ast_matchers::translationUnitDecl().bind("unit"), this);
  }

  void check(const clang::ast_matchers::MatchFinder::MatchResult& result) override {
    std::vector<clang::Decl*> own;
    for (clang::Decl* declaration : result.Nodes.getNodeAs<clang::TranslationUnitDecl>("unit")->decls()) {
      if (!result.SourceManager->isInSystemHeader(declaration->getLocation())) own.push_back(declaration);
    }
    result.Context->setTraversalScope(own);
  }
};

class ScopeModule final : public clang::tidy::ClangTidyModule {
 public:
  void addCheckFactories(clang::tidy::ClangTidyCheckFactories& factories) override {
    factories.registerCheck<OwnDeclarations>("overlap-own-declarations");
  }
};

const clang::tidy::ClangTidyModuleRegistry::Add<ScopeModule> added("overlap", "scope of the checks");

}  // namespace
